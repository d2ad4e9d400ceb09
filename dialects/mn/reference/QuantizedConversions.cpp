// SPDX-License-Identifier: Apache-2.0
// Integers from floats, from other integers, and back.
#include "dialects/mn/reference/QuantizedLayers.h"
#include "dialects/mn/reference/Requantize.h"

#include <cmath>

using namespace mlir;

namespace mncc::reference {

/// `difference` times a multiple of 1/256 near `factor`, halves up.
static int64_t multiplyByEighthBits(int64_t difference, float factor) {
  return (difference * std::llrint(256.0F * factor) + 128) >> 8;
}

Tensor clampQuantized(Operation *op, const Tensor &input, mn::Activation activation) {
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  Rounding rounding = getRounding(op) == Rounding::Exact ? Rounding::Exact : Rounding::Twice;
  return mapIntegers(input, [&](int64_t value) {
    int64_t scaled = requantize(rounding, value - getZeroPoint(from), getFactor(from, to));
    return double(finishInteger(scaled, to, activation));
  });
}

Tensor rescale(mn::QuantizeOp op, const Tensor &input) {
  Type from = op.getInput().getType(), to = op.getType();
  Factor factor = getFactor(from, to);
  Rounding rounding = getRounding(op);
  // XNNPACK's range; LiteRT's kernels compute the others.
  if (rounding == Rounding::Float && (factor.single < 0x1p-8F || factor.single > 0x1p+7F))
    rounding = Rounding::Twice;
  return mapIntegers(input, [&](int64_t value) {
    int64_t difference = value - getZeroPoint(from);
    int64_t scaled = rounding == Rounding::Float ? multiplyByEighthBits(difference, factor.single)
                                                 : requantize(rounding, difference, factor);
    return double(finishInteger(scaled, to));
  });
}

/// The integer of `value` before the zero point, as far as 32 bits go.
static int64_t divideByScale(float value, float scale, Rounding rounding) {
  double quotient = rounding == Rounding::Float   ? std::nearbyint(value * (1.0F / scale))
                    : rounding == Rounding::Exact ? std::nearbyint(double(value) / double(scale))
                                                  : std::round(value / scale);
  return static_cast<int64_t>(mn::limitToWord(quotient));
}

Tensor quantize(mn::QuantizeOp op, const Tensor &input) {
  if (mn::getQuantization(op.getInput()))
    return rescale(op, input);
  Tensor result = input;
  for (double &value : result.values) {
    int64_t quotient = divideByScale(static_cast<float>(value), getScale(op.getType()), getRounding(op));
    value = double(finishInteger(quotient, op.getType()));
  }
  return result;
}

Tensor dequantize(mn::DequantizeOp op, const Tensor &input) {
  Type from = op.getInput().getType();
  return mapIntegers(input, [&](int64_t value) {
    return static_cast<float>(double(getScale(from)) * double(value - getZeroPoint(from)));
  });
}

} // namespace mncc::reference
