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

/// What choose-storage has added to the integers of `op`'s result.
int64_t getStoredShift(mlir::Operation *op);

/// How `op`, a quantised layer, rounds with its `numerics`.
Rounding getRounding(mlir::Operation *op);

/// True where no sum of `op`, requantised, is beyond 16 bits: whatever the inputs are, its weights and its bias keep it
/// within. False where they are not there, of which packing complains.
bool fitsWords(mn::WeightedOpInterface op);

/// What is added to the product of a sum and a multiplier before a shift by 31 + `shift`, at least 1, rounds both as
/// `rounding`, Double or Single, has it and adds `zeroPoint`; Double takes 2^31 off negative products.
int64_t getAddend(Rounding rounding, int64_t shift, int64_t zeroPoint);

/// The instructions by which a kernel with a filter gets there.
enum class RequantizationForm {
  /// As Rounding tells, one step after another.
  Stepwise,
  /// x86: getAddend() is added to the product, and the upper half of the sum shifted: where nothing negative is left,
  /// or
  /// rounds in another way.
  Merged,
  /// The same with twice the product and its addend; negative sums take one off the upper half.
  MergedSigned,
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
  /// Rows of words that packRequantization() writes: a factor of f32; or a multiplier and a right shift, and
  /// where some factor is 1 or more, a left shift. Merged forms have addends instead, those of even channels and those
  /// of odd ones, but where makesAddends.
  int64_t rows;
  /// The zero point of the result: in the addends, and to be added to what is rounded. One of them is 0.
  int64_t mergedZero, addedZero;
  /// True where the kernel makes the addends of the shifts, instead of reading them.
  bool makesAddends;

  bool isMerged() const { return form == RequantizationForm::Merged || form == RequantizationForm::MergedSigned; }
  /// The addend of a channel whose right shift is `word` among the words.
  int64_t findAddend(int64_t word) const;
  /// Vectors that registers hold for each vector of factors.
  int64_t countHeld() const { return form == RequantizationForm::MergedSigned ? 6 : 5; }
};

/// That of `op` in vectors of `lanes`.
Requantization getRequantization(mn::WeightedOpInterface op, int64_t lanes);

/// Whether the registers of `target` hold what `vectors` vectors of factors of a merged form take, beside what is
/// worked on.
bool holdsFactors(mn::TargetAttr target, const Requantization &requantization, int64_t vectors);

/// Writes the factors of all output channels, row after row of `rowWords` words, to `words`. Fails after an error where
/// the scales are not loaded.
mlir::LogicalResult packRequantization(mn::WeightedOpInterface op, const Requantization &requantization,
                                       llvm::MutableArrayRef<int32_t> words, int64_t rowWords);

/// Writes the addends that go with the shifts among `words`, once those are in the kernel's order.
void packAddends(const Requantization &requantization, llvm::MutableArrayRef<int32_t> words, int64_t rowWords);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_REQUANTIZATION_H
