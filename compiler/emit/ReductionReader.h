// SPDX-License-Identifier: Apache-2.0
// Reads innermost loops that add products to sums.
#ifndef MNCC_COMPILER_EMIT_REDUCTIONREADER_H
#define MNCC_COMPILER_EMIT_REDUCTIONREADER_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/IntrinsicInst.h"

namespace mncc {

/// One instruction that loads, from an address that moves on by `step` bytes with each turn.
struct Chunk {
  llvm::SmallVector<llvm::LoadInst *, 4> loads;
  const llvm::SCEVAddRecExpr *address;
  int64_t step;
  /// Registers behind those of `loads` that are filled too, with what another one brings: one instruction fills four
  /// registers sooner than three.
  size_t unused = 0;
  size_t countRegisters() const { return loads.size() + unused; }
};

/// Which neighbours in memory one instruction loads: at least and at most how many registers it fills. Others are
/// loaded one by one.
struct Joining {
  unsigned least = 1, most = 1;
};

/// A loop's instructions, by what they do.
class ReductionReader {
public:
  ReductionReader(llvm::Loop &loop, llvm::ScalarEvolution &evolution, const Joining &joining)
      : loop(loop), evolution(evolution), joining(joining), block(*loop.getHeader()) {}

  /// False where the loop is no reduction. It changes nothing.
  bool run();

  Reduction reduction;
  llvm::SmallVector<llvm::PHINode *> sums;
  /// Those of `reduction`, and its loads, in the same order.
  llvm::SmallVector<llvm::IntrinsicInst *> fmas;
  llvm::SmallVector<Chunk> chunks;
  /// Loads of what another one, which is in `chunks`, brings already, and that one.
  llvm::SmallVector<std::pair<llvm::LoadInst *, llvm::LoadInst *>> repeated;

private:
  bool read(llvm::Instruction &instruction);
  bool readLoad(llvm::LoadInst &load);
  llvm::LoadInst *findKnown(const llvm::LoadInst &load) const;
  bool readFma(llvm::IntrinsicInst &fma);
  void fillShort();
  void splitShort();
  bool readFactor(llvm::Value *value, llvm::SmallVectorImpl<unsigned> &loads) const;
  bool isUsedOutside(const llvm::Instruction &instruction) const;

  llvm::Loop &loop;
  llvm::ScalarEvolution &evolution;
  Joining joining;
  llvm::BasicBlock &block;
  llvm::DenseMap<llvm::Value *, unsigned> chunkOf, fmaOf;
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_REDUCTIONREADER_H
