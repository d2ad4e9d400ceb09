// SPDX-License-Identifier: Apache-2.0
// In a small turn of a loop the arithmetic of addresses is a large part.
#ifndef MNCC_COMPILER_EMIT_JOINTURNS_H
#define MNCC_COMPILER_EMIT_JOINTURNS_H

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/PassManager.h"

namespace mncc {

/// Makes two turns of four in `loop`, one block with few fma; false where it is no such loop. Had they been two from
/// the start, LLVM would choose between two addresses instead of adding to one. `analyses` stay valid.
bool joinTurns(llvm::Loop &loop, llvm::Function &function, llvm::FunctionAnalysisManager &analyses);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_JOINTURNS_H
