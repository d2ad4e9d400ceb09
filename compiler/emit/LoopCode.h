// SPDX-License-Identifier: Apache-2.0
// What the passes that write innermost loops have in common.
#ifndef MNCC_COMPILER_EMIT_LOOPCODE_H
#define MNCC_COMPILER_EMIT_LOOPCODE_H

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/IRBuilder.h"

#include <optional>

namespace mncc {

/// An attribute of functions whose order of instructions LLVM is to keep, instead of scheduling them before registers
/// are assigned: with every register in use, a load that is brought forward spills.
inline constexpr llvm::StringLiteral kKeepOrder = "mncc-keep-order";
/// An attribute of functions that LLVM is not to schedule at all, nor to pair the loads of.
inline constexpr llvm::StringLiteral kKeepEachInstruction = "mncc-keep-each-instruction";

/// True for a load of a vector of 128 bits.
bool isVectorLoad(const llvm::LoadInst &load);

/// True for a load from an argument that nobody writes while the function runs.
bool isConstantMemory(const llvm::LoadInst &load);

/// An address that moves on by `step` bytes with each turn of a loop.
struct SteadyAddress {
  const llvm::SCEVAddRecExpr *address;
  int64_t step;
};

/// What `pointer` is in `loop`; nothing where it stays, or moves on by no constant.
std::optional<SteadyAddress> findSteadyAddress(llvm::Value *pointer, const llvm::Loop &loop,
                                               llvm::ScalarEvolution &evolution);

/// By how many bytes `to` lies behind `from`; nothing where that is no constant.
std::optional<int64_t> findDistance(const llvm::SCEV *from, const llvm::SCEV *to, llvm::ScalarEvolution &evolution);

/// `value`, of which the optimiser knows nothing. Otherwise it adds up the constants that pointers move on by, and each
/// load needs an addition again. The assembly is empty: no instruction comes of it.
llvm::Value *hide(llvm::IRBuilderBase &b, llvm::Value *value);

/// The `count` vectors of `type` that one `ld1` at `pointer` brings, 2 to 4.
llvm::SmallVector<llvm::Value *, 4> loadTogether(llvm::IRBuilderBase &b, llvm::Type *type, llvm::Value *pointer,
                                                 size_t count);
/// The same, in registers `first` and on.
llvm::SmallVector<llvm::Value *, 4> loadTogetherInto(llvm::IRBuilderBase &b, llvm::Type *type, llvm::Value *pointer,
                                                     size_t count, unsigned first);

/// What the sums of `loop` start from was loaded outside of the loops around, and would keep registers through it, of
/// which there is none to spare. It is loaded again before each run of the loop.
void reloadStarts(llvm::Loop &loop);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_LOOPCODE_H
