// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/Addition.h"

#include "passes/lower/FixedPoint.h"
#include "passes/lower/Requantization.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

TwiceRoundedAddition lower::getTwiceRoundedAddition(mn::AddOp op) {
  double left = mn::getQuantization(op.getLhs()).getRealScale(),
         right = mn::getQuantization(op.getRhs()).getRealScale();
  double twice = 2 * std::max(left, right), unit = std::ldexp(1, TwiceRoundedAddition::kSpareBits);
  return {mn::quantizeMultiplier(left / twice), mn::quantizeMultiplier(right / twice),
          mn::quantizeMultiplier(twice / (unit * mn::getQuantization(op.getOutput()).getRealScale()))};
}

/// The scales of both sides over that of the result.
static std::pair<ScaleQuotient, ScaleQuotient> divideBySum(mn::AddOp op) {
  mn::QuantizationAttr to = mn::getQuantization(op.getOutput());
  return {divideScales(mn::getQuantization(op.getLhs()), to), divideScales(mn::getQuantization(op.getRhs()), to)};
}

std::optional<OnceRoundedAddition> lower::getOnceRoundedAddition(mn::AddOp op) {
  constexpr int kBits = 20;
  if (getRounding(op) != Rounding::Float)
    return std::nullopt;
  auto [left, right] = divideBySum(op);
  // Beyond these LiteRT does not give the layer to XNNPACK.
  auto isInRange = [](float factor) { return factor >= 0x1p-10F && factor < 0x1p+8F; };
  if (!isInRange(left.single) || !isInRange(right.single))
    return std::nullopt;
  int shift = kBits - std::ilogb(std::max(left.single, right.single));
  return OnceRoundedAddition{std::llrint(std::ldexp(left.single, shift)), std::llrint(std::ldexp(right.single, shift)),
                             shift};
}

namespace {

constexpr int64_t kBytes = 256;

/// The results of all bytes, before they are kept within their range.
class AllSums {
public:
  explicit AllSums(mn::AddOp op) : once(getOnceRoundedAddition(op)), twice(getTwiceRoundedAddition(op)) {
    int64_t leftZero = mn::getQuantization(op.getLhs()).getZeroPoint(),
            rightZero = mn::getQuantization(op.getRhs()).getZeroPoint();
    for (int64_t byte = 0; byte < kBytes; ++byte) {
      left[byte] = once ? (byte - leftZero) * once->left : scale(byte - leftZero, twice.left);
      right[byte] = once ? (byte - rightZero) * once->right : scale(byte - rightZero, twice.right);
    }
  }

  int64_t at(int64_t lhs, int64_t rhs) const {
    int64_t sum = left[lhs] + right[rhs];
    return once ? (sum + (int64_t(1) << (once->shift - 1))) >> once->shift : multiplyTwice(sum, twice.result);
  }

private:
  static int64_t scale(int64_t value, mn::QuantizedMultiplier multiplier) {
    return multiplyTwice(value * (int64_t(1) << TwiceRoundedAddition::kSpareBits), multiplier);
  }

  std::optional<OnceRoundedAddition> once;
  TwiceRoundedAddition twice;
  std::array<int64_t, kBytes> left, right;
};

} // namespace

/// The factors of a line, of as many bits as words have for two halves of the larger one; with fewer, where results
/// would leave no room for a start. None where a side is far larger than the result.
static std::optional<AdditionLine> scaleLine(mn::AddOp op) {
  // One bit less than two halves have, for a factor may round up to a power of two.
  constexpr int kFactorBits = 29, kMostShift = 36;
  auto [lhs, rhs] = divideBySum(op);
  double left = lhs.real, right = rhs.real;
  if (auto once = getOnceRoundedAddition(op)) {
    left = std::ldexp(static_cast<double>(once->left), -once->shift);
    right = std::ldexp(static_cast<double>(once->right), -once->shift);
  }
  int exponent;
  std::frexp(std::max(left, right), &exponent);
  int shift = std::min(kFactorBits - exponent, kMostShift);
  if (shift < AdditionLine::kHalfBits)
    return std::nullopt;
  return AdditionLine{std::llrint(std::ldexp(left, shift)), std::llrint(std::ldexp(right, shift)), 0, shift};
}

std::optional<AdditionLine> lower::findAdditionLine(mn::AddOp op) {
  for (Value value : {op.getLhs(), op.getRhs(), op.getOutput()})
    if (!getElementTypeOrSelf(value).isUnsignedInteger(8))
      return std::nullopt;
  std::optional<AdditionLine> line = scaleLine(op);
  if (!line)
    return std::nullopt;
  AllSums sums(op);
  mn::IntegerRange range = mn::getActivationRange(op.getActivation(), op.getType());
  int64_t zero = mn::getQuantization(op.getOutput()).getZeroPoint(), unit = int64_t(1) << line->shift;
  constexpr int64_t kFarthest = int64_t(INT32_MAX) << AdditionLine::kHalfBits;
  int64_t least = -kFarthest, most = kFarthest - kBytes * (line->left + line->right);
  for (int64_t lhs = 0; lhs < kBytes; ++lhs)
    for (int64_t rhs = 0; rhs < kBytes; ++rhs) {
      int64_t products = lhs * line->left + rhs * line->right, result = sums.at(lhs, rhs) + zero;
      if (result > range.least)
        least = std::max(least, std::min(result, range.most) * unit - products);
      if (result < range.most)
        most = std::min(most, (std::max(result, range.least) + 1) * unit - 1 - products);
    }
  if (least > most)
    return std::nullopt;
  line->start = least + (most - least) / 2;
  return line;
}
