// SPDX-License-Identifier: Apache-2.0
// In which order an in-order core does one turn of a reduction: its fma, and between them the loads, ahead of their
// use.
#ifndef MNCC_COMPILER_EMIT_LOOPORDER_H
#define MNCC_COMPILER_EMIT_LOOPORDER_H

#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <vector>

namespace mncc {

/// One turn of a loop that adds products to sums.
struct Reduction {
  struct Fma {
    /// The fma of this turn whose result this one adds to; none for the first of a sum.
    std::optional<unsigned> previous;
    /// The loads that it takes its factors from.
    llvm::SmallVector<unsigned, 2> loads;
  };
  /// Each one stands behind its `previous`.
  std::vector<Fma> fmas;
  /// Registers that each load fills.
  std::vector<unsigned> loads;
  /// Registers that sums keep through the loop.
  unsigned sums = 0;
};

/// How a core starts instructions, in the words of the target row's columns.
struct Pace {
  unsigned registers = 32, fmaLatency = 4;
  /// Loads and fma start in groups of so many, and the order has at most one load in each.
  unsigned issueGroup = 1;
  /// Fma between a load and the first use of what it brings.
  unsigned loadsAhead = 0;
  /// A load waits for the fma before it, so loads of one register stand side by side.
  bool batchesLoads = false;
};

/// A place in the order: a load or an fma, by its number.
struct LoopStep {
  bool isLoad = false;
  unsigned index = 0;
  /// A load whose values the next turn uses.
  bool isForNextTurn = false;
  /// Neither load nor fma, but the arithmetic of addresses.
  bool isArithmetic = false;
  bool operator==(const LoopStep &) const = default;
};

/// True for an fma that multiplies what `load` brings in the same turn.
bool usesLoad(const Reduction &reduction, const LoopStep &step, const LoopStep &load);

/// Which fma comes next of those that do not wait for their sums.
enum class FmaChoice {
  /// One that is finished with what is loaded before others ask for more: loads are spread over the turn.
  FewestLoads,
  /// The first one of the program: what many fma share is loaded at once, and its registers are free at once.
  First,
};

/// The steps of a turn that runs over and over. Fma wait for their sums as little as can be. Loads stand `loadsAhead`
/// of their use, or closer where registers are short.
std::vector<LoopStep> orderTurn(const Reduction &reduction, const Pace &pace,
                                FmaChoice choice = FmaChoice::FewestLoads);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_LOOPORDER_H
