// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Optimize.h"

#include "compiler/emit/AlignLoops.h"
#include "compiler/emit/InterleaveLoads.h"
#include "compiler/emit/JoinLoads.h"
#include "compiler/emit/LoopCode.h"
#include "compiler/emit/ReloadWeights.h"
#include "compiler/emit/WalkPointers.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

using namespace mncc;

static llvm::TargetLibraryInfoImpl emptyLibrary(const llvm::Module &module) {
  llvm::TargetLibraryInfoImpl library(llvm::Triple(module.getTargetTriple()));
  library.disableAllFunctions();
  return library;
}

void mncc::optimize(llvm::Module &module, llvm::TargetMachine &machine, const LoopLoads &loads) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = tuning.LoopVectorization = tuning.SLPVectorization = tuning.LoopInterleaving = false;
  llvm::PassBuilder passes(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  functions.registerPass([&] { return llvm::TargetLibraryAnalysis(emptyLibrary(module)); });
  passes.registerModuleAnalyses(modules);
  passes.registerCGSCCAnalyses(components);
  passes.registerFunctionAnalyses(functions);
  passes.registerLoopAnalyses(loops);
  passes.crossRegisterProxies(loops, functions, components, modules);
  passes.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3).run(module, modules);
  llvm::FunctionPassManager loopPasses;
  if (loads.reloadsWeights)
    loopPasses.addPass(ReloadWeightsPass());
  if (loads.walksPointers)
    loopPasses.addPass(WalkPointersPass());
  if (loads.pace.loadsAhead > 0) {
    // Each loop gets a block of its own in front.
    loopPasses.addPass(llvm::LoopSimplifyPass());
    loopPasses.addPass(InterleaveLoadsPass(loads.pace, loads.registers));
  } else if (loads.registers > 1) {
    loopPasses.addPass(JoinLoadsPass(loads.registers));
  }
  llvm::createModuleToFunctionPassAdaptor(std::move(loopPasses)).run(module, modules);
}

namespace {

/// Takes passes away from the functions that are to keep their order; LLVM has no attribute for that.
class KeepOrder : public llvm::OptPassGate {
public:
  explicit KeepOrder(const llvm::Module &module) {
    for (const llvm::Function &function : module) {
      std::string description = ("function (" + function.getName() + ")").str();
      if (function.hasFnAttribute(kKeepOrder))
        keepOrder.insert(description);
      if (function.hasFnAttribute(kKeepEachInstruction))
        keepEachInstruction.insert(description);
    }
  }
  bool shouldRunPass(llvm::StringRef pass, llvm::StringRef description) const override {
    if (pass == "machine-scheduler")
      return !keepOrder.contains(description);
    if (pass == "postmisched" || pass == "aarch64-ldst-opt")
      return !keepEachInstruction.contains(description);
    return true;
  }
  bool isEnabled() const override { return !keepOrder.empty(); }

private:
  llvm::StringSet<> keepOrder, keepEachInstruction;
};

} // namespace

/// LLVM's addPassesToEmitFile() with a pass of ours in it.
static void addCodeGeneration(llvm::legacy::PassManager &passes, llvm::TargetMachine &machine,
                              llvm::CodeGenFileType type, llvm::raw_pwrite_stream &stream) {
  auto *functions = new llvm::MachineModuleInfoWrapperPass(&machine);
  llvm::TargetPassConfig *config = machine.createPassConfig(passes);
  passes.add(config);
  passes.add(functions);
  config->insertPass(&llvm::MachineBlockPlacementID, new AlignLoopsPass);
  [[maybe_unused]] bool cannotSelect = config->addISelPasses();
  config->addMachinePasses();
  config->setInitialized();
  [[maybe_unused]] bool cannotEmit =
      machine.addAsmPrinter(passes, stream, /*DwoOut=*/nullptr, type, functions->getMMI().getContext());
  assert(!cannotSelect && !cannotEmit && "all our back ends emit objects and assembly");
  passes.add(llvm::createFreeMachineFunctionPass());
}

void mncc::writeMachineCode(const llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType type,
                            llvm::raw_pwrite_stream &stream) {
  // Code generation rewrites what it reads.
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  llvm::legacy::PassManager passes;
  passes.add(new llvm::TargetLibraryInfoWrapperPass(emptyLibrary(module)));
  addCodeGeneration(passes, machine, type, stream);
  llvm::LLVMContext &context = copy->getContext();
  llvm::OptPassGate &usual = context.getOptPassGate();
  KeepOrder gate(*copy);
  context.setOptPassGate(gate);
  passes.run(*copy);
  context.setOptPassGate(usual);
}
