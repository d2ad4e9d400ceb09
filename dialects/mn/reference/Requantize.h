// SPDX-License-Identifier: Apache-2.0
// How engines bring a sum to the scale of a result.
#ifndef MNCC_DIALECTS_MN_REFERENCE_REQUANTIZE_H
#define MNCC_DIALECTS_MN_REFERENCE_REQUANTIZE_H

#include "dialects/mn/Quantization.h"

namespace mncc::reference {

/// - Twice: TFLite's MultiplyByQuantizedMultiplier; Once: the same under TFLITE_SINGLE_ROUNDING.
/// - Float: the product of two floats to the nearest integer, halves to even (XNNPACK's fp32 requantisation,
///   src/xnnpack/requantization.h).
/// - Exact: the product of the sum and a double to the nearest integer, halves to even.
enum class Rounding { Twice, Once, Float, Exact };

/// What the numerics of `op` ask for: `litert` rounds once in mn.fully_connected (LiteRT 2.3's reference kernels).
Rounding getRounding(mlir::Operation *op);

/// The quotient of two scales, or of a product and a scale, as the engines take it: TFLite's QuantizeMultiplier gets
/// `real`, XNNPACK's kernels get `single`.
struct Factor {
  double real;
  float single;
};

/// sum * factor as an integer. |sum| is below 2^31.
int64_t requantize(Rounding rounding, int64_t sum, Factor factor);

/// The scale of `type`, a quantised tensor.
float getScale(mlir::Type type);
/// The zero point of `type`, a quantised tensor.
int64_t getZeroPoint(mlir::Type type);

/// From the scale of `from` to the scale of `to`, both quantised tensors.
Factor getFactor(mlir::Type from, mlir::Type to);

/// From sums of the quantised layer `op` to its result, for channels whose filter has `filterScale`. TFLite multiplies
/// the scales of the input and the filter in double for layers with a scale a channel
/// (PopulateConvolutionQuantizationParams of tensorflow/lite/kernels/kernel_util.cc), but in float for those of bytes
/// and for fully connected ones (GetQuantizedConvolutionMultipler).
Factor getFactor(mn::WeightedOpInterface op, float filterScale);

/// `value` plus the zero point of `type`, within what `activation` leaves of its integers.
int64_t finishInteger(int64_t value, mlir::Type type, mn::Activation activation = mn::Activation::None);

} // namespace mncc::reference

#endif // MNCC_DIALECTS_MN_REFERENCE_REQUANTIZE_H
