// SPDX-License-Identifier: Apache-2.0
// What the kernel of a layer knows of its requantisation: from sums of i32 to integers of the result's scale.
#ifndef MNCC_PASSES_LOWER_REQUANTIZATION_H
#define MNCC_PASSES_LOWER_REQUANTIZATION_H

#include "passes/lower/RoundingLine.h"

#include "dialects/mn/Quantization.h"

#include <vector>

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

/// The quotient of two scales, in double as TFLite takes it and in float as XNNPACK does.
struct ScaleQuotient {
  double real;
  float single;
};
/// `from` over `to`.
ScaleQuotient divideScales(mn::QuantizationAttr from, mn::QuantizationAttr to);

/// What choose-storage has added to the integers of `op`'s result.
int64_t getStoredShift(mlir::Operation *op);

/// How `op`, a quantised layer, rounds with its `numerics`.
Rounding getRounding(mlir::Operation *op);

/// True where no sum of `op`, requantised, is beyond 16 bits: whatever the inputs are, its weights and its bias keep it
/// within. False where they are not there, of which packing complains.
bool fitsWords(mn::WeightedOpInterface op);

/// The instructions by which a kernel with a filter gets there.
enum class RequantizationForm {
  /// As Rounding tells, one step after another.
  Stepwise,
  /// x86: each channel has a RoundingLine.
  Line,
  /// `fast` on x86: sums are shifted until 16 bits hold what matters, and multiplied there; see getWordMultiplier().
  Words
};

/// The multiplier and the shift to the left, at most 0, of `factor`, which is less than kMostWordFactor: a sum,
/// shifted, its halves upwards, and cut to 16 bits, times the multiplier is 2^15 times what `factor` makes of it. What
/// is shifted out is worth 1/16 unit at most, and the multiplier, of 12 bits, 1/16 in 255.
mn::QuantizedMultiplier getWordMultiplier(double factor);
/// With smaller factors 16 bits hold each product and its zero point.
inline constexpr double kMostWordFactor = 0.5;

/// How the kernel of a layer requantises.
struct Requantization {
  Rounding rounding;
  RequantizationForm form;
  /// Rows of words that packRequantization() writes: a factor of f32; or a multiplier and a right shift, and where some
  /// factor is 1 or more, a left shift. Lines have their addends instead.
  int64_t rows;
  /// The zero point of the result: in the addends, and to be added to what is rounded. One of them is 0.
  int64_t mergedZero, addedZero;
  /// RoundedProduct::headroom.
  int headroom;
  /// The lines of all output channels, one where they have one scale.
  std::vector<RoundingLine> lines;

  bool isLine() const { return form == RequantizationForm::Line; }
  const RoundingLine &lineOf(int64_t channel) const { return lines[lines.size() == 1 ? 0 : channel]; }
};

/// That of `op` in vectors of `lanes`.
Requantization getRequantization(mn::WeightedOpInterface op, int64_t lanes);

/// Where x86 leaves the result of `lane`: of each four products those of the even lanes come before those of the odd
/// ones. Shifts and addends of lines are in that order.
inline int64_t findLineLane(int64_t lane) { return lane / 4 * 4 + lane % 2 * 2 + lane / 2 % 2; }

/// Whether the registers of `target` hold what `vectors` vectors of factors take, beside what is worked on.
bool holdsFactors(mn::TargetAttr target, int64_t vectors);

/// Whether `target` has registers for the factors of a loop beside all that it works on.
bool hasManyRegisters(mn::TargetAttr target);

/// Writes the factors of all output channels, row after row of `rowWords` words, to `words`. Fails after an error where
/// the scales are not loaded.
mlir::LogicalResult packRequantization(mn::WeightedOpInterface op, const Requantization &requantization,
                                       llvm::MutableArrayRef<int32_t> words, int64_t rowWords);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_REQUANTIZATION_H
