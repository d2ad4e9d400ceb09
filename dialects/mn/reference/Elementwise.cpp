// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/Layers.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mncc::reference {

static double activateValue(mn::Activation activation, double x) {
  switch (activation) {
  case mn::Activation::None:
    return x;
  case mn::Activation::Relu:
    return std::max(x, 0.0);
  case mn::Activation::Relu6:
    return std::clamp(x, 0.0, 6.0);
  case mn::Activation::Sigmoid:
    return 1 / (1 + std::exp(-x));
  case mn::Activation::HardSwish:
    return x * std::clamp(x + 3, 0.0, 6.0) / 6;
  case mn::Activation::HardSigmoid:
    return std::clamp(x + 3, 0.0, 6.0) / 6;
  }
  llvm_unreachable("every activation has its formula");
}

void activate(mn::Activation activation, Tensor &tensor) {
  for (double &value : tensor.values)
    value = activateValue(activation, value);
}

Tensor batchNorm(mn::BatchNormOp op, Operands operands) {
  Tensor result = *operands[0];
  size_t channels = result.shape.back();
  double epsilon = op.getEpsilon().convertToDouble();
  for (size_t i = 0; i < result.values.size(); ++i) {
    size_t c = i % channels;
    double gamma = operands[1]->values[c], beta = operands[2]->values[c];
    double mean = operands[3]->values[c], variance = operands[4]->values[c];
    result.values[i] = gamma * (result.values[i] - mean) / std::sqrt(variance + epsilon) + beta;
  }
  return result;
}

Tensor combine(Type type, Operands operands, llvm::function_ref<double(double, double)> function) {
  Tensor result = makeTensor(type);
  for (size_t i = 0; i < result.values.size(); ++i)
    result.values[i] = function(operands[0]->values[i % operands[0]->values.size()],
                                operands[1]->values[i % operands[1]->values.size()]);
  return result;
}

Tensor add(mn::AddOp op, Operands operands) {
  Tensor result = combine(op.getType(), operands, [](double a, double b) { return a + b; });
  activate(op.getActivation(), result);
  return result;
}

Tensor mul(mn::MulOp op, Operands operands) {
  Tensor result = combine(op.getType(), operands, [](double a, double b) { return a * b; });
  activate(op.getActivation(), result);
  return result;
}

Tensor normalize(mn::NormalizeOp op, Operands operands) {
  Tensor result = *operands[0];
  auto entry = [](ArrayRef<double> values, size_t channel) { return values[values.size() == 1 ? 0 : channel]; };
  for (size_t i = 0; i < result.values.size(); ++i) {
    size_t channel = i % result.shape.back();
    result.values[i] = result.values[i] * entry(op.getScale(), channel) + entry(op.getOffset(), channel);
  }
  return result;
}

Tensor softmax(mn::SoftmaxOp, const Tensor &input) {
  Tensor result = input;
  size_t channels = result.shape.back();
  for (size_t start = 0; start < result.values.size(); start += channels) {
    double *row = result.values.data() + start, largest = *std::max_element(row, row + channels), sum = 0;
    for (size_t c = 0; c < channels; ++c)
      sum += row[c] = std::exp(row[c] - largest);
    for (size_t c = 0; c < channels; ++c)
      row[c] /= sum;
  }
  return result;
}

} // namespace mncc::reference
