// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/ReloadWeights.h"

#include "compiler/emit/LoopCode.h"

#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace mncc;

/// Where the value of `use` has to be there: a phi takes it at the end of a block before its own.
static BasicBlock *getBlockOf(const Use &use) {
  auto *user = cast<Instruction>(use.getUser());
  auto *phi = dyn_cast<PHINode>(user);
  return phi ? phi->getIncomingBlock(use) : user->getParent();
}

static Instruction *findFirstUse(BasicBlock &block, ArrayRef<Use *> uses) {
  for (Instruction &instruction : block)
    if (!isa<PHINode>(instruction) && any_of(uses, [&](const Use *use) { return use->getUser() == &instruction; }))
      return &instruction;
  return block.getTerminator();
}

/// False where no innermost loop takes the value of `load` from outside.
static bool reload(LoadInst &load, const LoopInfo &loops) {
  MapVector<BasicBlock *, SmallVector<Use *, 4>> uses;
  for (Use &use : load.uses()) {
    BasicBlock *block = getBlockOf(use);
    if (const Loop *loop = loops.getLoopFor(block); loop && loop->isInnermost() && !loop->contains(&load))
      uses[block].push_back(&use);
  }
  for (auto &[block, usesThere] : uses) {
    Instruction *again = load.clone();
    again->insertBefore(findFirstUse(*block, usesThere)->getIterator());
    for (Use *use : usesThere)
      use->set(again);
  }
  return !uses.empty();
}

PreservedAnalyses ReloadWeightsPass::run(Function &function, FunctionAnalysisManager &analyses) {
  const LoopInfo &loops = analyses.getResult<LoopAnalysis>(function);
  SmallVector<LoadInst *> constants;
  for (Instruction &instruction : instructions(function))
    if (auto *load = dyn_cast<LoadInst>(&instruction);
        load && load->isSimple() && load->getType()->isVectorTy() && isConstantMemory(*load))
      constants.push_back(load);
  bool isChanged = false;
  for (LoadInst *load : constants)
    if (reload(*load, loops)) {
      isChanged = true;
      if (load->use_empty())
        load->eraseFromParent();
    }
  if (!isChanged)
    return PreservedAnalyses::all();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
