// SPDX-License-Identifier: Apache-2.0
// In-order cores wait for a load that stands just before its use, and LLVM's scheduler keeps it there when registers
// are short. The innermost loops of such a core are written in an order of our own.
#ifndef MNCC_COMPILER_EMIT_INTERLEAVELOADS_H
#define MNCC_COMPILER_EMIT_INTERLEAVELOADS_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/IR/PassManager.h"

namespace mncc {

/// Writes each innermost loop of one block that adds products to sums, and stores nothing, in the one of several orders
/// of orderTurn() that takes the fewest cycles: loads of the next turn stand between the fma of this one, and the last
/// turn stands behind the loop. The arithmetic of addresses stands where placeArithmetic() finds that it waits least,
/// and four small turns become two. 128-bit loads that follow each other in memory are joined into `ld1` of up to
/// `loadRegisters` registers where that is among the best of these. LLVM keeps each instruction where it is.
class InterleaveLoadsPass : public llvm::PassInfoMixin<InterleaveLoadsPass> {
public:
  InterleaveLoadsPass(const Pace &pace, unsigned loadRegisters) : pace(pace), loadRegisters(loadRegisters) {}
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);

private:
  Pace pace;
  unsigned loadRegisters;
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_INTERLEAVELOADS_H
