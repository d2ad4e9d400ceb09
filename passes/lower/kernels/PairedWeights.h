// SPDX-License-Identifier: Apache-2.0
// The weights of a depthwise convolution whose instructions multiply pairs of words, one word of each of two input rows
// under each other.
#ifndef MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H
#define MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H

#include "passes/lower/kernels/FrameWords.h"

#include <optional>

namespace mncc::lower {

/// Words that one instruction multiplies and adds.
inline constexpr int64_t kPairRows = 2;

/// The i16 of `low` and `high`, two rows of channels, those under each other side by side: the lower half of each 128
/// bits in one vector, the upper half in another.
llvm::SmallVector<mlir::Value> unpackPair(KernelBuilder &b, mlir::Value low, mlir::Value high);

/// The weights of the channels of a turn in the frame of the kernel, as words: for each output row of a tile those of
/// each pair of input rows, 0 where an input row is not under its window.
class PairedWeights {
public:
  /// For tiles with `pairs` pairs of input rows, of `vectors` vectors of sums.
  PairedWeights(KernelBuilder &b, const mn::Window &rows, const mn::Window &columns, int64_t pairs, int64_t vectors)
      : b(b), rows(rows), columns(columns), pairs(pairs), vectors(vectors) {}

  /// Puts those of the channels from `channel` on there, in vectors of `lanes` sums, from `filter`, where all channels
  /// of a turn stand side by side, tap by tap.
  void unpack(const Buffer &filter, mlir::Value channel, int64_t lanes);
  /// Where they are in memory, hidden, so that they are loaded where they are used.
  mlir::Value address();
  /// Those of output row `row` of a tile, from what address() gave.
  mlir::Value load(mlir::Value address, int64_t row, int64_t pair, int64_t kx, int64_t vector) const;

private:
  int64_t placeOf(int64_t row, int64_t pair, int64_t kx, int64_t vector) const;
  llvm::SmallVector<mlir::Value> loadColumn(const Buffer &filter, mlir::Value channel, int64_t kx) const;

  KernelBuilder &b;
  mn::Window rows, columns;
  int64_t pairs, vectors, lanes = 0;
  std::optional<FrameWords> words;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H
