// SPDX-License-Identifier: Apache-2.0
// The weights of a depthwise convolution whose instructions multiply pairs of words, one word of each of two input rows
// under each other.
#ifndef MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H
#define MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H

#include "passes/lower/kernels/FrameWords.h"

#include <optional>

namespace mncc::lower {

/// The weights of the channels of a turn in the frame of the kernel, as words: those of each two rows of the window, 0
/// beyond its last one.
class PairedWeights {
public:
  /// For windows of `rows` and `columns`.
  PairedWeights(KernelBuilder &b, const mn::Window &rows, const mn::Window &columns);

  /// Puts those of the `lanes` channels from `channel` on there, from `filter`, where they stand side by side, tap by
  /// tap.
  void unpack(const Buffer &filter, mlir::Value channel, int64_t lanes);
  /// Where they are in memory, hidden, so that they are loaded where they are used.
  mlir::Value address();
  /// Those at `place`, pair by pair and of each pair column by column, from what address() gave.
  mlir::Value load(mlir::Value address, int64_t place) const;

private:
  mlir::Value loadTap(const Buffer &filter, mlir::Value channel, int64_t ky, int64_t kx) const;

  KernelBuilder &b;
  mn::Window rows, columns;
  int64_t lanes = 0;
  std::optional<FrameWords> words;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_PAIREDWEIGHTS_H
