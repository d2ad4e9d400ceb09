// SPDX-License-Identifier: Apache-2.0
// The inputs of a tile of a 1x1 layer as words of 16 bits, made once a tile: then a pair is one load that spreads it.
#ifndef MNCC_PASSES_LOWER_KERNELS_WIDENEDINPUTS_H
#define MNCC_PASSES_LOWER_KERNELS_WIDENEDINPUTS_H

#include "passes/lower/kernels/FrameWords.h"

namespace mncc::lower {

/// Pairs of the input channels of each group of four: of the even ones, and of the odd ones.
class WidenedInputs {
public:
  /// For tiles of at most `pixels` neighbouring pixels of `input`, in the frame of the kernel that `b` writes.
  WidenedInputs(KernelBuilder &b, const Buffer &input, int64_t pixels);

  /// Widens all channels of the `pixels` pixels from the one at `address` on.
  void widen(mlir::Value address, int64_t pixels);
  /// Adds their products with the weights from `weights` on, a panel of `vectors` vectors of the kernel's lanes, to
  /// `sums`, accumulators of pixels x vectors.
  void addProducts(const Buffer &filter, mlir::Value weights, mlir::Value sums, int64_t vectors);

private:
  mlir::Value placeOf(mlir::Value group, int64_t pair, int64_t pixel);
  void split(mlir::Value bytes, mlir::Value group, int64_t pixel);
  mlir::Value loadWeights(const Buffer &filter, mlir::Value address);
  mlir::Value spread(mlir::Value group, int64_t pair, int64_t pixel);
  void multiply(llvm::ArrayRef<mlir::Value> weights, mlir::Value group, int64_t pair, mlir::Value sums);

  KernelBuilder &b;
  Buffer input;
  /// Groups of all channels, and the pixels that were widened last.
  int64_t groups, pixels = 0;
  FrameWords words;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_WIDENEDINPUTS_H
