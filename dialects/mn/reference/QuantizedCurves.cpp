// SPDX-License-Identifier: Apache-2.0
// Softmax, sigmoid and hard swish of integers.
#include "dialects/mn/reference/FixedPoint.h"
#include "dialects/mn/reference/QuantizedLayers.h"
#include "dialects/mn/reference/Requantize.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir;

namespace mncc::reference {

namespace {

/// Probabilities of one row of integers in units of 1/256; `differences` are those to the row's largest, 0 or less.
using SoftmaxRow = std::vector<int64_t> (*)(float scale, llvm::ArrayRef<int64_t> differences);

} // namespace

static std::vector<int64_t> softmaxOfFixedPoint(float scale, llvm::ArrayRef<int64_t> differences) {
  constexpr int inputBits = 5, sumBits = 12;
  double factor = std::min(std::ldexp(double(scale), 31 - inputBits), double(INT32_MAX));
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  int64_t radius = getInputRadius(inputBits, multiplier.shift), sum = 0;
  std::vector<int64_t> exponentials;
  for (int64_t difference : differences) {
    bool isSmall = difference < -radius;
    int64_t exponential = isSmall ? 0 : expOfNegative(multiplyRoundingTwice(difference, multiplier), inputBits);
    exponentials.push_back(exponential);
    sum += divideByPowerOfTwo(exponential, sumBits);
  }
  int headroom = llvm::countl_zero(static_cast<uint32_t>(sum));
  int64_t reciprocal = reciprocalOfOnePlus((sum << headroom) - (int64_t(1) << 31));
  int shift = sumBits - headroom + 31 - 8;
  for (int64_t &value : exponentials)
    value = divideByPowerOfTwo(multiplyHigh(reciprocal, value), shift);
  return exponentials;
}

static std::vector<int64_t> softmaxOfTable(float scale, llvm::ArrayRef<int64_t> differences) {
  auto exponential = [&](int64_t difference) { return std::exp(-scale * static_cast<float>(-difference)); };
  float sum = 0;
  for (int64_t difference : differences)
    sum += exponential(difference);
  float inverse = 1.0F / (sum * (1.0F / 256));
  std::vector<int64_t> probabilities;
  for (int64_t difference : differences)
    probabilities.push_back(std::llround(exponential(difference) * inverse));
  return probabilities;
}

static std::vector<int64_t> softmaxExact(float scale, llvm::ArrayRef<int64_t> differences) {
  double sum = 0;
  for (int64_t difference : differences)
    sum += std::exp(double(scale) * double(difference));
  std::vector<int64_t> probabilities;
  for (int64_t difference : differences)
    probabilities.push_back(std::llrint(256 * std::exp(double(scale) * double(difference)) / sum));
  return probabilities;
}

Tensor softmaxQuantized(mn::SoftmaxOp op, const Tensor &input) {
  Rounding rounding = getRounding(op);
  SoftmaxRow function = rounding == Rounding::Float   ? softmaxOfTable
                        : rounding == Rounding::Exact ? softmaxExact
                                                      : softmaxOfFixedPoint;
  Tensor result = input;
  size_t channels = input.shape.back();
  for (size_t start = 0; start < input.values.size(); start += channels) {
    auto row = llvm::MutableArrayRef(result.values).slice(start, channels);
    auto largest = static_cast<int64_t>(*std::max_element(row.begin(), row.end()));
    std::vector<int64_t> differences;
    for (double value : row)
      differences.push_back(static_cast<int64_t>(value) - largest);
    for (auto [value, share] : llvm::zip(row, function(getScale(op.getInput().getType()), differences)))
      value = double(finishInteger(share, op.getType()));
  }
  return result;
}

/// A function of the real value of each integer in floats, as an integer of the result: TFLite's and XNNPACK's tables.
template <typename Function> static Tensor throughFloats(Operation *op, const Tensor &input, Function function) {
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  bool isXnnpack = getRounding(op) == Rounding::Float;
  float inverse = 1.0F / getScale(to);
  int64_t zero = getZeroPoint(to);
  return mapIntegers(input, [&](int64_t value) {
    float scaled = function(getScale(from) * static_cast<float>(value - getZeroPoint(from))) * inverse;
    // XNNPACK rounds with the zero point added, which decides ties.
    int64_t rounded = isXnnpack ? std::llrint(mn::limitToWord(scaled + static_cast<float>(zero))) - zero
                                : std::llround(mn::limitToWord(scaled));
    return double(finishInteger(rounded, to));
  });
}

/// The exact value of `function`, rounded once.
static Tensor throughReals(Operation *op, const Tensor &input, llvm::function_ref<double(double)> function) {
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  return mapIntegers(input, [&](int64_t value) {
    double real = double(getScale(from)) * double(value - getZeroPoint(from));
    return double(finishInteger(std::llrint(mn::limitToWord(function(real) / double(getScale(to)))), to));
  });
}

static Tensor sigmoidOfFixedPoint(mn::SigmoidOp op, const Tensor &input) {
  constexpr int inputBits = 4;
  Type from = op.getInput().getType();
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(std::ldexp(double(getScale(from)), 31 - inputBits));
  int64_t radius = getInputRadius(inputBits, multiplier.shift);
  return mapIntegers(input, [&](int64_t value) {
    int64_t difference = value - getZeroPoint(from), result = difference < 0 ? 0 : 255;
    if (std::abs(difference) < radius)
      result = divideByPowerOfTwo(logistic(multiplyRoundingTwice(difference, multiplier), inputBits), 31 - 8);
    return double(finishInteger(result, op.getType()));
  });
}

Tensor sigmoidQuantized(mn::SigmoidOp op, const Tensor &input) {
  switch (mn::getNumerics(op)) {
  case mn::Numerics::Tflm:
    return sigmoidOfFixedPoint(op, input);
  case mn::Numerics::Litert:
    return throughFloats(op, input, [](float x) { return 1.0F / (1.0F + std::exp(-x)); });
  case mn::Numerics::Xnnpack:
    return throughFloats(op, input, [](float x) { return static_cast<float>(1 / (1 + std::exp(-double(x)))); });
  case mn::Numerics::Fast:
    return throughReals(op, input, [](double x) { return 1 / (1 + std::exp(-x)); });
  }
  llvm_unreachable("every engine has a sigmoid");
}

static int64_t saturate(int64_t x) { return std::clamp<int64_t>(x, INT16_MIN, INT16_MAX); }

/// a * b / 2^15, halves up.
static int64_t multiplyShort(int64_t a, int64_t b) { return saturate((a * b + (1 << 14)) >> 15); }

/// The factor with 15 bits (DownScaleInt32ToInt16Multiplier of kernels/activations.cc).
static mn::QuantizedMultiplier quantizeShort(float factor) {
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  int64_t value = saturate((int64_t(multiplier.value) + (1 << 15)) >> 16);
  return {static_cast<int32_t>(value), multiplier.shift};
}

/// relu6(x + 3) / 6 of x * 128 at the scale that `toThird` brings to 3 / 2^15, in units of 2^-15.
static int64_t computeGate(int64_t x, mn::QuantizedMultiplier toThird) {
  int shift = toThird.shift;
  if (shift > 0)
    x = saturate(x * (int64_t(1) << std::min(shift - 1, 32)));
  x = multiplyShort(x, toThird.value);
  if (shift > 0)
    x = saturate(x * 2);
  if (shift < 0)
    x = divideByPowerOfTwo(x, -shift);
  return (x + (1 << 15)) >> 1;
}

Tensor hardSwishQuantized(mn::HardSwishOp op, const Tensor &input) {
  if (getRounding(op) == Rounding::Exact)
    return throughReals(op, input, [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; });
  Type from = op.getInput().getType();
  float fine = (1.0F / 128) * getScale(from);
  mn::QuantizedMultiplier toThird = quantizeShort(fine / (3.0F / 32768)),
                          toResult = quantizeShort(fine / getScale(op.getType()));
  return mapIntegers(input, [&](int64_t value) {
    int64_t x = (value - getZeroPoint(from)) * 128;
    // The quotient is cut towards zero, against the bias of the products' halves.
    int64_t product = computeGate(x, toThird) * multiplyShort(x, toResult.value) / (1 << 15);
    int64_t result =
        toResult.shift > 0 ? product * (int64_t(1) << toResult.shift) : divideByPowerOfTwo(product, -toResult.shift);
    return double(finishInteger(result, op.getType()));
  });
}

} // namespace mncc::reference
