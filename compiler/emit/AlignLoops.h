// SPDX-License-Identifier: Apache-2.0
// Where the loops of the machine code start: processors fetch and keep instructions in aligned lines, and a loop that
// starts in the middle of one needs a line more in every turn.
#ifndef MNCC_COMPILER_EMIT_ALIGNLOOPS_H
#define MNCC_COMPILER_EMIT_ALIGNLOOPS_H

#include "llvm/CodeGen/MachineFunctionPass.h"

namespace mncc {

/// An attribute of functions: the bytes at a multiple of which their innermost loops are to start. LLVM's own choice
/// gives up where it would cost more bytes than it thinks worthwhile, and where it guesses that a loop is seldom run.
inline constexpr llvm::StringLiteral kLoopAlign = "mncc-loop-align";

/// Aligns innermost loops as kLoopAlign says. Runs after the blocks are in their final order.
class AlignLoopsPass : public llvm::MachineFunctionPass {
public:
  AlignLoopsPass() : MachineFunctionPass(ID) {}
  bool runOnMachineFunction(llvm::MachineFunction &function) override;
  void getAnalysisUsage(llvm::AnalysisUsage &usage) const override;
  llvm::StringRef getPassName() const override { return "Align innermost loops"; }

private:
  static char ID;
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_ALIGNLOOPS_H
