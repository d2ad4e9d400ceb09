// SPDX-License-Identifier: Apache-2.0
// Sums of a dense tile for the instructions of AArch64 that leave their additions to the end: a register holds parts of
// a sum, or the sums of two pixels and two channels.
#ifndef MNCC_PASSES_LOWER_KERNELS_PARTIALSUMS_H
#define MNCC_PASSES_LOWER_KERNELS_PARTIALSUMS_H

#include "passes/lower/kernels/IntegerArithmetic.h"

namespace mncc::lower {

/// Reads one of the four registers that hold the weights of four output channels for 16 input channels.
using ReadWeights = llvm::function_ref<mlir::Value(int64_t quarter)>;

/// The sums of `pixels` pixels in `vectors` vectors of four output channels, in registers.
class PartialSums {
public:
  /// For `op`, whose IntegerForm takes sixteens.
  PartialSums(KernelBuilder &b, mn::WeightedOpInterface op, int64_t pixels, int64_t vectors);

  /// True where sums start at their bias. Parts that are added across in the end start at 0, which costs nothing where
  /// the first products take its place, and four of them take one bias.
  bool startAtBias() const { return isByMatrices; }
  /// Starts the sums of all pixels: of `vector` at `bias`, four channels, where they start there, and of the inputs at
  /// 0.
  void start(int64_t vector, mlir::Value bias);
  /// Registers that addProducts() takes, from 16 channels of each pixel.
  llvm::SmallVector<mlir::Value> arrange(llvm::ArrayRef<mlir::Value> pixels);
  /// Adds the products of `inputs`, from arrange(), and the weights of `vector`.
  void addProducts(llvm::ArrayRef<mlir::Value> inputs, int64_t vector, ReadWeights readWeights);
  /// Adds up `inputs`, from arrange(), for a filter with a zero point.
  void addInputs(llvm::ArrayRef<mlir::Value> inputs);

  /// The four sums of `vector` at `pixel`.
  mlir::Value take(int64_t pixel, int64_t vector);
  /// The sum of the inputs of `pixel`, in all lanes.
  mlir::Value takeInputs(int64_t pixel);

private:
  mlir::Value multiply(mlir::Value input, mlir::Value weights, mlir::Value sum);
  mlir::Value multiplySixteen(mlir::Value input, mlir::Value weights, mlir::Value sum);
  mlir::Value addAcross(mlir::Value low, mlir::Value high);
  void update(mlir::Value array, int64_t row, int64_t column, llvm::function_ref<mlir::Value(mlir::Value)> change);

  KernelBuilder &b;
  bool isByMatrices, hasLowest, sumsInputs;
  int64_t pixels, rows;
  mlir::VectorType sumType;
  mlir::Value sums, inputSums;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_PARTIALSUMS_H
