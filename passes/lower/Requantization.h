// SPDX-License-Identifier: Apache-2.0
// What the kernel of a layer knows of its requantisation: from sums of i32 to integers of the result's scale.
#ifndef MNCC_PASSES_LOWER_REQUANTIZATION_H
#define MNCC_PASSES_LOWER_REQUANTIZATION_H

#include "dialects/mn/Quantization.h"

namespace mncc::lower {

/// The arithmetic by which a sum meets its factor.
enum class Rounding {
  /// TFLite's MultiplyByQuantizedMultiplier: the upper half of a doubled product, rounded, then a rounding shift.
  Double,
  /// The same built with TFLITE_SINGLE_ROUNDING: one shift of the whole product, halves upwards.
  Single,
  /// XNNPACK's `fp32`: float(sum) * factor to the nearest integer, halves to even.
  Float
};

/// How `op`, a quantised layer, rounds with its `numerics`.
Rounding getRounding(mlir::Operation *op);

/// Rows of words that packRequantization() writes: a factor of f32; or a multiplier of i32 and a right shift, and where
/// some factor is 1 or more, a left shift.
int64_t countRequantizationRows(mn::WeightedOpInterface op);

/// Writes the factors of all output channels, row after row of `rowWords` words, to `words`. Fails after an error where
/// the scales are not loaded.
mlir::LogicalResult packRequantization(mn::WeightedOpInterface op, llvm::MutableArrayRef<int32_t> words,
                                       int64_t rowWords);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_REQUANTIZATION_H
