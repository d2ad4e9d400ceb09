// SPDX-License-Identifier: Apache-2.0
// The optimiser takes loads out of loops that would find the same again, however few registers are left. What then has
// no register goes to the stack and comes back from there, where it could as well have come from where it was.
#ifndef MNCC_COMPILER_EMIT_RELOADWEIGHTS_H
#define MNCC_COMPILER_EMIT_RELOADWEIGHTS_H

#include "llvm/IR/PassManager.h"

namespace mncc {

/// Each innermost loop loads the vectors that it takes from constant memory itself, in front of the first use in each
/// of its blocks.
class ReloadWeightsPass : public llvm::PassInfoMixin<ReloadWeightsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_RELOADWEIGHTS_H
