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

/// The instructions by which a kernel with a filter gets there.
enum class RequantizationForm {
  /// As Rounding tells, one step after another; the zero point comes last.
  Stepwise,
  /// x86: one addend of 64 bits to the product holds what both steps round by, and the zero point. The upper half of
  /// the sum is shifted: where nothing negative is left, or rounds in another way.
  Merged,
  /// The same to twice the product, from whose upper half negative sums take one.
  MergedSigned
};

/// The form of `op` in vectors of `lanes`.
RequantizationForm getRequantizationForm(mn::WeightedOpInterface op, int64_t lanes);

/// Rows of words that packRequantization() writes: a factor of f32; or a multiplier of i32 and a right shift, and where
/// some factor is 1 or more, a left shift. Merged forms have addends instead: those of even channels, then of odd ones.
int64_t countRequantizationRows(mn::WeightedOpInterface op, RequantizationForm form);

/// True where no sum of `op`, requantised, is beyond 16 bits: whatever the inputs are, its weights and its bias keep it
/// within. False where they are not there, of which packing complains.
bool fitsWords(mn::WeightedOpInterface op);

/// Writes the factors of all output channels, row after row of `rowWords` words, to `words`. Fails after an error where
/// the scales are not loaded.
mlir::LogicalResult packRequantization(mn::WeightedOpInterface op, RequantizationForm form,
                                       llvm::MutableArrayRef<int32_t> words, int64_t rowWords);

/// What is added to the product of a sum and a multiplier before a shift by 31 + `shift`, at least 1, rounds both as
/// `rounding`, Double or Single, has it and adds `zeroPoint`; Double takes 2^31 off negative products.
int64_t getAddend(Rounding rounding, int64_t shift, int64_t zeroPoint);

/// Writes the addends that go with the shifts among `words`, once those are in the kernel's order.
void packAddends(mn::WeightedOpInterface op, RequantizationForm form, llvm::MutableArrayRef<int32_t> words,
                 int64_t rowWords);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_REQUANTIZATION_H
