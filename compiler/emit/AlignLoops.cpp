// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/AlignLoops.h"

#include "llvm/CodeGen/MachineFunction.h"
#include "llvm/CodeGen/MachineLoopInfo.h"

using namespace llvm;
using namespace mncc;

char AlignLoopsPass::ID = 0;

void AlignLoopsPass::getAnalysisUsage(AnalysisUsage &usage) const {
  usage.setPreservesAll();
  usage.addRequired<MachineLoopInfoWrapperPass>();
  MachineFunctionPass::getAnalysisUsage(usage);
}

bool AlignLoopsPass::runOnMachineFunction(MachineFunction &function) {
  uint64_t bytes = function.getFunction().getFnAttributeAsParsedInteger(kLoopAlign, 1);
  if (bytes == 1)
    return false;
  for (MachineLoop *loop : getAnalysis<MachineLoopInfoWrapperPass>().getLI().getLoopsInPreorder()) {
    if (!loop->isInnermost())
      continue;
    MachineBasicBlock *start = loop->getTopBlock();
    start->setAlignment(std::max(start->getAlignment(), Align(bytes)));
    start->setMaxBytesForAlignment(0); // no limit
    // So that a function has the same bytes wherever it stands.
    function.ensureAlignment(Align(bytes));
  }
  return true;
}
