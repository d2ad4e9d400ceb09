// SPDX-License-Identifier: Apache-2.0
// The weights of a depthwise convolution whose instructions multiply pairs of words, one word of each of two input rows
// under each other.
#ifndef MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H
#define MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H

#include "passes/lower/kernels/FrameWords.h"

#include <optional>

namespace mncc::lower {

/// The i16 of `low` and `high`, two rows of channels, those under each other side by side: the lower half of each 128
/// bits in one vector, the upper half in another.
llvm::SmallVector<mlir::Value> unpackPair(KernelBuilder &b, mlir::Value low, mlir::Value high);

/// The weights of the channels of a turn in the frame of the kernel, as words: those of each place that a pair of input
/// rows has under the window of an output row, 0 where a row is not under it.
class PairedWeights {
public:
  /// For windows of `rows` and `columns`, and `vectors` vectors of sums, as many as unpackPair() makes.
  PairedWeights(KernelBuilder &b, const mn::Window &rows, const mn::Window &columns, int64_t vectors);

  /// Puts those of the channels from `channel` on there, in vectors of `lanes` sums, from `filter`, where all channels
  /// of a turn stand side by side, tap by tap.
  void unpack(const Buffer &filter, mlir::Value channel, int64_t lanes);
  /// Where they are in memory, hidden, so that they are loaded where they are used.
  mlir::Value address();
  /// Those of a pair whose first row is under kernel row `ky`, from -1 on, from what address() gave.
  mlir::Value load(mlir::Value address, int64_t ky, int64_t kx, int64_t vector) const;

private:
  int64_t placeOf(int64_t ky, int64_t kx, int64_t vector) const;
  llvm::SmallVector<mlir::Value> loadColumn(const Buffer &filter, mlir::Value channel, int64_t kx) const;

  KernelBuilder &b;
  mn::Window rows, columns;
  int64_t vectors, lanes = 0;
  /// The kernel rows that first rows of pairs are under, ascending.
  llvm::SmallVector<int64_t> firstRows;
  std::optional<FrameWords> words;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H
