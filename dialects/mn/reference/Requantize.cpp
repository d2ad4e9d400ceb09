// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/Requantize.h"

#include "dialects/mn/reference/FixedPoint.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mncc::reference {

Rounding getRounding(Operation *op) {
  switch (mn::getNumerics(op)) {
  case mn::Numerics::Tflm:
    return Rounding::Twice;
  case mn::Numerics::Litert:
    return isa<mn::FullyConnectedOp>(op) ? Rounding::Once : Rounding::Twice;
  case mn::Numerics::Xnnpack:
    return Rounding::Float;
  case mn::Numerics::Fast:
    return Rounding::Exact;
  }
  llvm_unreachable("every engine rounds in some way");
}

/// `x` as an integer of 32 bits, halves to even.
static int64_t toNearest(double x) { return std::llrint(mn::limitToWord(x)); }

/// The integer nearest to sum * factor, whose double is rounded: what it lost decides where it looks like a half.
static int64_t multiplyExactly(int64_t sum, double factor) {
  double product = static_cast<double>(sum) * factor, lost = std::fma(static_cast<double>(sum), factor, -product);
  bool looksHalf = std::fabs(product - std::trunc(product)) == 0.5;
  if (looksHalf && lost != 0)
    return toNearest(lost > 0 ? std::ceil(product) : std::floor(product));
  return toNearest(product);
}

int64_t requantize(Rounding rounding, int64_t sum, Factor factor) {
  switch (rounding) {
  case Rounding::Twice:
    return multiplyRoundingTwice(sum, mn::quantizeMultiplier(factor.real));
  case Rounding::Once:
    return multiplyRoundingOnce(sum, mn::quantizeMultiplier(factor.real));
  case Rounding::Float:
    return toNearest(static_cast<float>(sum) * factor.single);
  case Rounding::Exact:
    return multiplyExactly(sum, factor.real);
  }
  llvm_unreachable("every rounding has its formula");
}

float getScale(Type type) { return static_cast<float>(mn::getQuantization(type).getRealScale()); }
int64_t getZeroPoint(Type type) { return mn::getQuantization(type).getZeroPoint(); }

Factor getFactor(Type from, Type to) {
  return {static_cast<double>(getScale(from)) / static_cast<double>(getScale(to)), getScale(from) / getScale(to)};
}

Factor getFactor(mn::WeightedOpInterface op, float filterScale) {
  Type from = op.getInput().getType(), to = op->getResult(0).getType();
  float single = getScale(from) * filterScale;
  double real = static_cast<double>(getScale(from)) * static_cast<double>(filterScale);
  bool hasOneScale = cast<ShapedType>(op.getScales().getType()).getNumElements() == 1;
  bool isOfBytes = cast<ShapedType>(to).getElementType().isUnsignedInteger();
  if (isOfBytes || (hasOneScale && isa<mn::FullyConnectedOp>(op.getOperation())))
    real = single;
  return {real / static_cast<double>(getScale(to)), single / getScale(to)};
}

int64_t finishInteger(int64_t value, Type type, mn::Activation activation) {
  mn::IntegerRange range = mn::getActivationRange(activation, type);
  return std::clamp(value + getZeroPoint(type), range.least, range.most);
}

} // namespace mncc::reference
