// SPDX-License-Identifier: Apache-2.0
// LLVM keeps one index for all addresses of a loop, scaled, where an x86 instruction can add it. Pointers that move on
// take shorter code; docs/performance.md says on which cores they take less time.
#ifndef MNCC_COMPILER_EMIT_WALKPOINTERS_H
#define MNCC_COMPILER_EMIT_WALKPOINTERS_H

#include "llvm/IR/PassManager.h"

namespace mncc {

/// In each innermost loop of one block, addresses that differ by constants and advance by the same constant each turn
/// become a pointer that moves on once a turn, and immediates.
class WalkPointersPass : public llvm::PassInfoMixin<WalkPointersPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_WALKPOINTERS_H
