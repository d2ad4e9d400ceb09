// SPDX-License-Identifier: Apache-2.0
// Sums, products and means of integers.
#include "dialects/mn/reference/FixedPoint.h"
#include "dialects/mn/reference/QuantizedLayers.h"
#include "dialects/mn/reference/Requantize.h"

#include "llvm/ADT/bit.h"

#include <cmath>

using namespace mlir;

namespace mncc::reference {

namespace {

/// Integer addends less their zero points, at the scale of the result `to`.
struct Addition {
  Type lhs, rhs, to;

  /// True where XNNPACK takes the layer, which LiteRT's kernels compute else.
  bool fitsXnnpack() const;
  int64_t roundTwice(int64_t a, int64_t b) const;
  int64_t shiftOnce(int64_t a, int64_t b) const;
  int64_t exact(int64_t a, int64_t b) const;
};

} // namespace

bool Addition::fitsXnnpack() const {
  auto isInRange = [&](Type type) {
    float factor = getScale(type) / getScale(to);
    return factor >= 0x1p-10F && factor < 0x1p+8F;
  };
  return isInRange(lhs) && isInRange(rhs);
}

int64_t Addition::roundTwice(int64_t a, int64_t b) const {
  constexpr int bits = 20;
  double twiceLargest = 2.0 * std::max(getScale(lhs), getScale(rhs));
  auto scaled = [&](int64_t value, Type type) {
    return multiplyRoundingTwice(value << bits, mn::quantizeMultiplier(getScale(type) / twiceLargest));
  };
  double factor = twiceLargest / (double(1 << bits) * getScale(to));
  return multiplyRoundingTwice(scaled(a, lhs) + scaled(b, rhs), mn::quantizeMultiplier(factor));
}

int64_t Addition::shiftOnce(int64_t a, int64_t b) const {
  float lhsFactor = getScale(lhs) / getScale(to), rhsFactor = getScale(rhs) / getScale(to);
  int shift = 20 - std::ilogb(std::max(lhsFactor, rhsFactor));
  auto multiplier = [&](float factor) { return std::llrint(std::ldexp(factor, shift)); };
  int64_t sum = a * multiplier(lhsFactor) + b * multiplier(rhsFactor);
  return (sum + (int64_t(1) << (shift - 1))) >> shift;
}

int64_t Addition::exact(int64_t a, int64_t b) const {
  return std::llrint(mn::limitToWord((double(a) * getScale(lhs) + double(b) * getScale(rhs)) / getScale(to)));
}

Tensor addQuantized(mn::AddOp op, Operands operands) {
  Addition addition{op.getLhs().getType(), op.getRhs().getType(), op.getType()};
  Rounding rounding = getRounding(op);
  if (rounding == Rounding::Float && !addition.fitsXnnpack())
    rounding = Rounding::Twice;
  return combine(op.getType(), operands, [&](double lhs, double rhs) {
    int64_t a = int64_t(lhs) - getZeroPoint(addition.lhs), b = int64_t(rhs) - getZeroPoint(addition.rhs);
    int64_t sum = rounding == Rounding::Float   ? addition.shiftOnce(a, b)
                  : rounding == Rounding::Exact ? addition.exact(a, b)
                                                : addition.roundTwice(a, b);
    return double(finishInteger(sum, op.getType(), op.getActivation()));
  });
}

Tensor mulQuantized(mn::MulOp op, Operands operands) {
  float lhs = getScale(op.getLhs().getType()), rhs = getScale(op.getRhs().getType()), to = getScale(op.getType());
  Factor factor{double(lhs) * double(rhs) / double(to), lhs * rhs / to};
  if (mn::getNumerics(op) == mn::Numerics::Litert)
    factor.real = factor.single;
  return combine(op.getType(), operands, [&](double a, double b) {
    int64_t product =
        (int64_t(a) - getZeroPoint(op.getLhs().getType())) * (int64_t(b) - getZeroPoint(op.getRhs().getType()));
    return double(finishInteger(requantize(getRounding(op), product, factor), op.getType(), op.getActivation()));
  });
}

Tensor averagePoolQuantized(mn::AveragePoolOp op, const Tensor &input) {
  bool isExact = getRounding(op) == Rounding::Exact;
  return poolSums(op, input, [&](double sum, int64_t count) {
    if (isExact)
      return std::nearbyint(sum / double(count));
    int64_t integer = static_cast<int64_t>(sum), half = count / 2;
    return double((integer > 0 ? integer + half : integer - half) / count);
  });
}

/// `factor` over `count`, as far as 31 bits and a shift hold it.
static mn::QuantizedMultiplier divideMultiplier(mn::QuantizedMultiplier factor, int64_t count) {
  int shift = std::min({63 - llvm::countl_zero(static_cast<uint64_t>(count)), 32, 31 + factor.shift});
  return {static_cast<int32_t>((int64_t(factor.value) << shift) / count), factor.shift - shift};
}

Tensor globalAveragePoolQuantized(mn::GlobalAveragePoolOp op, const Tensor &input) {
  Type from = op.getInput().getType(), to = op.getType();
  Tensor sums = sumPixels(op, input);
  auto count = static_cast<int64_t>(input.values.size() / sums.values.size());
  Factor factor = getFactor(from, to);
  Rounding rounding = getRounding(op);
  mn::QuantizedMultiplier multiplier = divideMultiplier(mn::quantizeMultiplier(factor.real), count);
  return mapIntegers(sums, [&](int64_t total) {
    int64_t sum = total - count * getZeroPoint(from);
    int64_t mean = rounding == Rounding::Twice
                       ? multiplyRoundingTwice(sum, multiplier)
                       : requantize(rounding, sum, {factor.real / double(count), factor.single / float(count)});
    return double(finishInteger(mean, to));
  });
}

} // namespace mncc::reference
