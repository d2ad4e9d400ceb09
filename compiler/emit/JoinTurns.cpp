// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/JoinTurns.h"

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/UnrollLoop.h"

using namespace llvm;

/// Turns of as many are large enough.
static constexpr int64_t kFewestFma = 96;

static int64_t countFma(const Loop &loop) {
  return count_if(*loop.getHeader(), [](const Instruction &instruction) {
    auto *call = dyn_cast<IntrinsicInst>(&instruction);
    return call && call->getIntrinsicID() == Intrinsic::fma;
  });
}

bool mncc::joinTurns(Loop &loop, Function &function, FunctionAnalysisManager &analyses) {
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  int64_t fmas = countFma(loop);
  if (fmas == 0 || fmas >= kFewestFma || evolution.getSmallConstantTripCount(&loop) != 4)
    return false;
  auto &loops = analyses.getResult<LoopAnalysis>(function);
  auto &dominators = analyses.getResult<DominatorTreeAnalysis>(function);
  formLCSSA(loop, dominators, &loops, &evolution);
  UnrollLoopOptions options{};
  options.Count = 2;
  options.ForgetAllSCEV = true;
  return UnrollLoop(&loop, options, &loops, &evolution, &dominators, &analyses.getResult<AssumptionAnalysis>(function),
                    &analyses.getResult<TargetIRAnalysis>(function),
                    &analyses.getResult<OptimizationRemarkEmitterAnalysis>(function),
                    /*PreserveLCSSA=*/true) != LoopUnrollResult::Unmodified;
}
