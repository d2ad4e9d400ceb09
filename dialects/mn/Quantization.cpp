// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/Quantization.h"

#include "dialects/mn/WeightResource.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mncc::mn;

QuantizationAttr mncc::mn::getQuantization(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? dyn_cast_or_null<QuantizationAttr>(tensor.getEncoding()) : QuantizationAttr();
}

QuantizationAttr mncc::mn::getQuantization(Value value) { return getQuantization(value.getType()); }

bool mncc::mn::isQuantized(Operation *op) { return bool(getQuantization(op->getResult(0))); }

Numerics mncc::mn::getNumerics(Operation *op) {
  auto numerics = op->getAttrOfType<NumericsAttr>("numerics");
  return numerics ? numerics.getValue() : Numerics::Tflm;
}

IntegerRange mncc::mn::getElementRange(Type element) {
  return element.isUnsignedInteger() ? IntegerRange{0, 255} : IntegerRange{-128, 127};
}

double mncc::mn::limitToWord(double x) { return std::isnan(x) ? 0 : std::clamp<double>(x, INT32_MIN, INT32_MAX); }

IntegerRange mncc::mn::getActivationRange(Activation activation, Type type) {
  QuantizationAttr quantization = getQuantization(type);
  IntegerRange range = getElementRange(cast<ShapedType>(type).getElementType());
  if (activation == Activation::None)
    return range;
  range.least = std::max(range.least, quantization.getZeroPoint());
  // TFLite divides in floats.
  float six = std::round(6.0F / static_cast<float>(quantization.getRealScale()));
  if (activation == Activation::Relu6 && six < 512)
    range.most = std::min(range.most, quantization.getZeroPoint() + static_cast<int64_t>(six));
  return range;
}

QuantizedMultiplier mncc::mn::quantizeMultiplier(double factor) {
  if (factor == 0)
    return {0, 0};
  int shift = 0;
  auto value = static_cast<int64_t>(std::round(std::frexp(factor, &shift) * (int64_t(1) << 31)));
  if (value == int64_t(1) << 31) {
    value /= 2;
    ++shift;
  }
  if (shift < -31)
    return {0, 0};
  if (shift > 30)
    return {INT32_MAX, 30};
  return {static_cast<int32_t>(value), shift};
}

bool mncc::mn::multipliesScalesInFloat(WeightedOpInterface op) {
  if (auto stated = op->getAttrOfType<BoolAttr>(kFloatProductAttr))
    return stated.getValue();
  bool hasOneScale = cast<ShapedType>(op.getScales().getType()).getDimSize(0) == 1;
  return cast<ShapedType>(op->getResult(0).getType()).getElementType().isUnsignedInteger() ||
         (hasOneScale && isa<FullyConnectedOp>(op.getOperation()));
}

FailureOr<std::vector<double>> mncc::mn::getRequantizationFactors(WeightedOpInterface op) {
  FailureOr<std::vector<float>> scales = readWeights(op.getScales());
  if (failed(scales))
    return failure();
  double input = getQuantization(op.getInput()).getRealScale();
  double output = getQuantization(op->getResult(0)).getRealScale();
  bool isInFloat = multipliesScalesInFloat(op);
  std::vector<double> factors;
  for (float scale : *scales) {
    double product = input * static_cast<double>(scale);
    factors.push_back((isInFloat ? static_cast<float>(product) : product) / output);
  }
  return factors;
}
