// SPDX-License-Identifier: Apache-2.0
// What the integers of quantised tensors stand for (TFLite's quantisation specification), in numbers.
#ifndef MNCC_DIALECTS_MN_QUANTIZATION_H
#define MNCC_DIALECTS_MN_QUANTIZATION_H

#include "dialects/mn/Mn.h"

namespace mncc::mn {

/// The encoding of `type`; null where its values are floats, weights or the bytes of an image.
QuantizationAttr getQuantization(mlir::Type type);
/// As above, of the type of `value`.
QuantizationAttr getQuantization(mlir::Value value);
/// True where the result of `op` is of integers.
bool isQuantized(mlir::Operation *op);

/// The engine whose bits `op` gives: its own `numerics`, or else `tflm`.
Numerics getNumerics(mlir::Operation *op);

/// Integers from `least` to `most`.
struct IntegerRange {
  int64_t least, most;
};

/// The values of `element`, i8 or ui8.
IntegerRange getElementRange(mlir::Type element);

/// What `activation` (none, relu or relu6) leaves of the integers of `type`, a quantised tensor: TFLite's
/// CalculateActivationRangeQuantized.
IntegerRange getActivationRange(Activation activation, mlir::Type type);

/// A positive factor as value * 2^(shift - 31), value in [2^30, 2^31): TFLite's QuantizeMultiplier.
struct QuantizedMultiplier {
  int32_t value;
  int shift;
};

/// `factor`, 0 or more, as TFLite rounds it: halves of the last bit away from zero, below 2^-32 to 0.
QuantizedMultiplier quantizeMultiplier(double factor);

/// `x` as far as 32 bits go: what is further off is further than any byte. What is no number, as zero times an infinite
/// quotient of scales, is 0.
double limitToWord(double x);

/// Attribute (bool) of a quantised layer with a filter whose tensors have changed their type since import: what
/// multipliesScalesInFloat() said before.
inline constexpr llvm::StringLiteral kFloatProductAttr = "float_product";

/// Attribute (i64) of a layer whose result has changed its type since import: what was added to its integers.
inline constexpr llvm::StringLiteral kStoredShiftAttr = "stored_shift";

/// Whether TFLite multiplies the scales of the input and the filter of `op` in float: in layers of uint8, and in fully
/// connected ones with one scale.
bool multipliesScalesInFloat(WeightedOpInterface op);

/// The product of the scales of the input and the filter over the scale of the result, for each output channel of the
/// quantised layer `op` (one entry where the filter has one scale), in double precision as TFLite takes it; the product
/// of the two scales is a float in layers of bytes and in fully connected ones with one scale. Reports an error and
/// fails where the scales are not loaded.
mlir::FailureOr<std::vector<double>> getRequantizationFactors(WeightedOpInterface op);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_QUANTIZATION_H
