// SPDX-License-Identifier: Apache-2.0
// What all dense layers have in common, of floats or of integers: register tiles of pixels x channel vectors that cover
// the output. A 1x1 convolution is an image of one row; a fully connected layer, one pixel.
#ifndef MNCC_PASSES_LOWER_KERNELS_DENSEKERNEL_H
#define MNCC_PASSES_LOWER_KERNELS_DENSEKERNEL_H

#include "passes/lower/kernels/Tiling.h"

namespace mncc::lower {

/// Walks the tiles of a conv2d, pointwise_conv2d or fully_connected in the order of the schedule.
class DenseKernel {
public:
  virtual ~DenseKernel() = default;
  /// Writes the kernel's body.
  void build();

protected:
  /// `buffers` as in Kernels.h.
  DenseKernel(KernelBuilder &b, mn::WeightedOpInterface op, llvm::ArrayRef<Buffer> buffers);

  /// One register tile: `pixels` output columns from (`row`, `column`), one panel of channels.
  struct Tile {
    mlir::Value row, column, channelVector;
    int64_t pixels, vectors, lastLanes;
    bool interior;
    /// Counts the tiles of a panel where a row is all there is to cut; else 0.
    mlir::Value number;
    mlir::Value sums;
    /// Where matrices are multiplied, what becomes of `sums` in the end: a row of two pixels, a column of two channels.
    mlir::Value matrices;
  };

  /// Where pixels are outermost, comes before the panels over `pixels` pixels from (`row`, `column`).
  virtual void startPixels(mlir::Value /*row*/, mlir::Value /*column*/, int64_t /*pixels*/) {}
  virtual void buildTile(Tile tile) = 0;

  KernelBuilder &b;
  mn::WeightedOpInterface op;
  Buffer input, output;
  std::optional<Buffer> skip;
  mn::Window rows, columns;
  /// Where the first pixel of the flattened rows lies, of input and of output; null for the start of the plane.
  mlir::Value inputStart, outputStart;
  int64_t lanes;

private:
  void flattenRows();
  void forEachPanel(llvm::function_ref<void(mlir::Value channelVector, const PanelRun &)> body);
  void forEachTile(
      llvm::function_ref<void(mlir::Value number, mlir::Value row, mlir::Value column, const ColumnRun &)> body);
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_DENSEKERNEL_H
