// SPDX-License-Identifier: Apache-2.0
// AArch64's `ld1` fills up to four consecutive registers from memory and moves its pointer on, all in one instruction.
// LLVM forms it only where it is asked to.
#ifndef MNCC_COMPILER_EMIT_JOINLOADS_H
#define MNCC_COMPILER_EMIT_JOINLOADS_H

#include "llvm/IR/PassManager.h"

namespace mncc {

/// In each innermost loop of one block, joins 128-bit loads that follow each other in memory and in the code into `ld1`
/// of up to `registers` registers. Each stream of loads gets a pointer of its own, which every load of it moves on.
/// The function keeps its order.
class JoinLoadsPass : public llvm::PassInfoMixin<JoinLoadsPass> {
public:
  /// `registers` is 2 to 4.
  explicit JoinLoadsPass(unsigned registers) : registers(registers) {}
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);

private:
  unsigned registers;
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_JOINLOADS_H
