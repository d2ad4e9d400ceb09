// SPDX-License-Identifier: Apache-2.0
// What depthwise convolutions of floats and of integers have in common: where weights and biases stand.
#ifndef MNCC_PASSES_LOWER_KERNELS_DEPTHWISEKERNEL_H
#define MNCC_PASSES_LOWER_KERNELS_DEPTHWISEKERNEL_H

#include "passes/lower/kernels/WindowKernel.h"

namespace mncc::lower {

/// A depthwise convolution: each result is the bias and one product a tap.
class DepthwiseKernel : public WindowKernel {
protected:
  /// The biases of all channels stand in a row for each class of outputs (`mn.conv2d`).
  struct BiasRows {
    int64_t length, rowClasses, columnClasses;
  };

  DepthwiseKernel(KernelBuilder &b, mn::DepthwiseConv2DOp op, BiasRows biases, const Buffer &input,
                  const Buffer &output);

  /// The weights, or the biases, of a vector of channels: from element `address` of all on.
  virtual mlir::Value loadWeights(mlir::Value address) = 0;
  virtual mlir::Value loadBiases(mlir::Value address) = 0;
  /// `sum` and the product of `input`, as loadInput() gave it, and `weights`.
  virtual mlir::Value addProduct(mlir::Value sum, mlir::Value input, mlir::Value weights) = 0;

  mn::DepthwiseConv2DOp op;
  int64_t lanes;

private:
  mlir::Value inputVector(mlir::Value channelVector) final;
  void holdWeights(mlir::Value channelVector, mlir::Value firstTap, int64_t count) final;
  mlir::Value start(const Tile &tile, int64_t row, const ColumnGroup &group) final;
  mlir::Value combine(mlir::Value sum, mlir::Value input, mlir::Value channelVector, mlir::Value ky,
                      mlir::Value kx) final;
  mlir::Value loadTap(mlir::Value channelVector, mlir::Value tap);

  BiasRows biases;
  int64_t multiplier;
  mlir::Value held;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_DEPTHWISEKERNEL_H
