// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/ByteTable.h"

#include "dialects/mn/Quantization.h"
#include "passes/lower/Exponential.h"
#include "passes/lower/FixedPoint.h"
#include "passes/lower/Requantization.h"

#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// The same values, as bytes of the other type.
static bool changesTypeOnly(Operation *op) {
  mn::QuantizationAttr from = mn::getQuantization(op->getOperand(0)), to = mn::getQuantization(op->getResult(0));
  int64_t least = mn::getElementRange(getElementTypeOrSelf(op->getOperand(0))).least;
  int64_t leastAfter = mn::getElementRange(getElementTypeOrSelf(op->getResult(0))).least;
  return from && to && from.getScale() == to.getScale() &&
         from.getZeroPoint() - least == to.getZeroPoint() - leastAfter;
}

bool lower::looksUp(Operation *op) {
  if (!mn::isQuantized(op))
    return false;
  return isa<mn::ReluOp, mn::Relu6Op, mn::SigmoidOp, mn::HardSwishOp>(op) ||
         (isa<mn::QuantizeOp>(op) && mn::getQuantization(op->getOperand(0)) && !changesTypeOnly(op));
}

bool lower::walksMemory(Operation *op) {
  auto hasShape = [&](Value operand) {
    return cast<ShapedType>(operand.getType()).getShape() == cast<ShapedType>(op->getResult(0).getType()).getShape();
  };
  return looksUp(op) || isa<mn::QuantizeOp, mn::DequantizeOp>(op) ||
         (mn::isQuantized(op) && isa<mn::AddOp, mn::MulOp>(op) && llvm::all_of(op->getOperands(), hasShape));
}

namespace {

/// What a function of one tensor knows of its scales.
struct Scales {
  explicit Scales(Operation *op)
      : numerics(mn::getNumerics(op)), from(static_cast<float>(mn::getQuantization(op->getOperand(0)).getRealScale())),
        to(static_cast<float>(mn::getQuantization(op->getResult(0)).getRealScale())) {
    zero = mn::getQuantization(op->getResult(0)).getZeroPoint() - getStoredShift(op);
  }

  bool isXnnpack() const { return numerics == mn::Numerics::Xnnpack; }

  mn::Numerics numerics;
  float from, to;
  /// The zero point of the result as it was imported.
  int64_t zero;
};

} // namespace

/// `difference` at the scale of the result. XNNPACK computes mn.quantize with a multiple of 1/256, where that is
/// precise enough; LiteRT does not give it relu and relu6.
static int64_t rescale(Operation *op, const Scales &scales, int64_t difference) {
  float factor = scales.from / scales.to;
  if (isa<mn::QuantizeOp>(op) && scales.isXnnpack() && factor >= 0x1p-8F && factor <= 0x1p+7F)
    return (difference * std::llrint(256.0F * factor) + 128) >> 8;
  return multiplyTwice(difference, mn::quantizeMultiplier(static_cast<double>(scales.from) / scales.to));
}

/// The integer of `value`, of floats; XNNPACK rounds with the zero point added, which decides ties.
static int64_t roundFloat(const Scales &scales, float value) {
  float scaled = value * (1.0F / scales.to);
  if (!scales.isXnnpack())
    return std::llround(mn::limitToWord(scaled));
  return std::llrint(mn::limitToWord(scaled + static_cast<float>(scales.zero))) - scales.zero;
}

static int64_t sigmoid(const Scales &scales, int64_t difference) {
  constexpr int kIntegerBits = 4, kResultBits = 8;
  float value = scales.from * static_cast<float>(difference);
  if (scales.numerics == mn::Numerics::Litert)
    return roundFloat(scales, 1.0F / (1.0F + static_cast<float>(computeExp(-value))));
  if (scales.isXnnpack())
    return roundFloat(scales, static_cast<float>(1 / (1 + computeExp(-value))));
  mn::QuantizedMultiplier multiplier =
      mn::quantizeMultiplier(std::ldexp(static_cast<double>(scales.from), 31 - kIntegerBits));
  if (std::abs(difference) >= getFarthestDifference(kIntegerBits, multiplier.shift))
    return difference < 0 ? 0 : 255;
  int64_t x = multiplyTwice(difference, multiplier);
  int64_t positive = invertOnePlus(expOfNegative(-std::abs(x), kIntegerBits));
  int64_t share = x == 0 ? int64_t(1) << 30 : x > 0 ? positive : INT32_MAX - positive;
  return divideByPower(share, 31 - kResultBits);
}

static int64_t saturateShort(int64_t value) { return std::clamp<int64_t>(value, INT16_MIN, INT16_MAX); }

/// a * b / 2^15, halves upwards.
static int64_t multiplyShort(int64_t a, int64_t b) { return saturateShort((a * b + (1 << 14)) >> 15); }

/// A factor with 15 bits.
static mn::QuantizedMultiplier quantizeShort(float factor) {
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  int64_t value = saturateShort((static_cast<int64_t>(multiplier.value) + (1 << 15)) >> 16);
  return {static_cast<int32_t>(value), multiplier.shift};
}

/// relu6(x + 3) / 6 in units of 2^-15.
static int64_t computeGate(int64_t x, mn::QuantizedMultiplier toThird) {
  int shift = toThird.shift;
  if (shift > 0)
    x = saturateShort(x * (int64_t(1) << std::min(shift - 1, 32)));
  x = multiplyShort(x, toThird.value);
  x = shift > 0 ? saturateShort(2 * x) : divideByPower(x, -shift);
  return (x + (1 << 15)) >> 1;
}

static int64_t hardSwish(const Scales &scales, int64_t difference) {
  constexpr int64_t kFine = 128;
  float fine = scales.from / kFine;
  mn::QuantizedMultiplier toThird = quantizeShort(fine / (3.0F / 32768)), toResult = quantizeShort(fine / scales.to);
  int64_t x = difference * kFine;
  int64_t product = computeGate(x, toThird) * multiplyShort(x, toResult.value) / (1 << 15);
  return toResult.shift > 0 ? product * (int64_t(1) << toResult.shift) : divideByPower(product, -toResult.shift);
}

/// The integer nearest to the exact result, halves to even.
static int64_t computeExactly(Operation *op, const Scales &scales, int64_t difference) {
  double value = static_cast<double>(scales.from) * static_cast<double>(difference);
  if (isa<mn::SigmoidOp>(op))
    value = 1 / (1 + computeExp(-value));
  if (isa<mn::HardSwishOp>(op))
    value *= std::clamp(value + 3, 0.0, 6.0) / 6;
  return std::llrint(mn::limitToWord(value / static_cast<double>(scales.to)));
}

static int64_t compute(Operation *op, const Scales &scales, int64_t difference) {
  if (scales.numerics == mn::Numerics::Fast)
    return computeExactly(op, scales, difference);
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case<mn::SigmoidOp>([&](auto) { return sigmoid(scales, difference); })
      .Case<mn::HardSwishOp>([&](auto) { return hardSwish(scales, difference); })
      .Default([&](Operation *) { return rescale(op, scales, difference); });
}

static mn::Activation clampOf(Operation *op) {
  return isa<mn::ReluOp>(op)    ? mn::Activation::Relu
         : isa<mn::Relu6Op>(op) ? mn::Activation::Relu6
                                : mn::Activation::None;
}

std::array<char, 256> lower::makeByteTable(Operation *op) {
  Scales scales(op);
  bool isUnsigned = getElementTypeOrSelf(op->getOperand(0)).isUnsignedInteger();
  int64_t inputZero = mn::getQuantization(op->getOperand(0)).getZeroPoint();
  mn::IntegerRange range = mn::getActivationRange(clampOf(op), op->getResult(0).getType());
  int64_t outputZero = mn::getQuantization(op->getResult(0)).getZeroPoint();
  std::array<char, 256> table{};
  for (int64_t byte = 0; byte < 256; ++byte) {
    int64_t value = isUnsigned ? byte : static_cast<int8_t>(byte);
    int64_t result = compute(op, scales, value - inputZero) + outputZero;
    table[byte] = static_cast<char>(std::clamp(result, range.least, range.most));
  }
  return table;
}

bool lower::isRescaled(mn::ConcatOp op, Value input) {
  return mn::getQuantization(input) != mn::getQuantization(op.getOutput());
}

int64_t lower::countConcatTableBytes(mn::ConcatOp op) {
  return 256 * llvm::count_if(op.getInputs(), [&](Value input) { return isRescaled(op, input); });
}

/// What becomes of `value`, an integer of the scale `from` as it was imported.
static int64_t rescaleForConcat(int64_t value, mn::QuantizationAttr from, mn::QuantizationAttr to, int64_t shift) {
  float factor = static_cast<float>(from.getRealScale()) * (1.0f / static_cast<float>(to.getRealScale()));
  float bias = static_cast<float>(shift - from.getZeroPoint()) * factor;
  return std::llround(mn::limitToWord(static_cast<float>(value) * factor + bias));
}

std::vector<char> lower::makeConcatTables(mn::ConcatOp op) {
  std::vector<char> tables;
  mn::QuantizationAttr to = mn::getQuantization(op.getOutput());
  int64_t shift = getStoredShift(op);
  mn::IntegerRange range = mn::getElementRange(getElementTypeOrSelf(op.getOutput()));
  bool isUnsigned = getElementTypeOrSelf(op.getOutput()).isUnsignedInteger();
  for (Value input : op.getInputs())
    for (int64_t byte = 0; byte < 256 && isRescaled(op, input); ++byte) {
      int64_t value = isUnsigned ? byte : static_cast<int8_t>(byte);
      int64_t result = rescaleForConcat(value - shift, mn::getQuantization(input), to, shift) + to.getZeroPoint();
      tables.push_back(static_cast<char>(std::clamp(result, range.least, range.most)));
    }
  return tables;
}
