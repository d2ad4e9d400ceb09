// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/Evaluate.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/WeightResource.h"
#include "dialects/mn/reference/Layers.h"
#include "dialects/mn/reference/QuantizedLayers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mncc::reference {

static Tensor activated(mn::Activation activation, const Tensor &input) {
  Tensor result = input;
  activate(activation, result);
  return result;
}

static Tensor reshaped(Type type, const Tensor &input) {
  return {cast<ShapedType>(type).getShape().vec(), input.values};
}

/// Sums as the result of `op`: skip, then activation.
static Tensor finish(mn::WeightedOpInterface op, Tensor sums, const Tensor *skip) {
  for (size_t i = 0; skip && i < sums.values.size(); ++i)
    sums.values[i] += skip->values[i];
  activate(op.getActivation(), sums);
  return sums;
}

static FailureOr<Tensor> computeLayer(Operation *op, Operands operands,
                                      llvm::function_ref<const Tensor *(Value)> find) {
  if (mn::isQuantized(op) || isa<mn::DequantizeOp>(op))
    return computeQuantizedLayer(op, operands, find);
  return llvm::TypeSwitch<Operation *, FailureOr<Tensor>>(op)
      .Case<mn::WeightedOpInterface>([&](auto layer) {
        Tensor sums = sumTaps(layer, *find(layer.getInput()), *find(layer.getFilter()), find(layer.getBias()));
        return finish(layer, std::move(sums), find(layer.getSkip()));
      })
      .Case<mn::BatchNormOp>([&](auto norm) { return batchNorm(norm, operands); })
      .Case<mn::ReluOp>([&](auto) { return activated(mn::Activation::Relu, *operands[0]); })
      .Case<mn::Relu6Op>([&](auto) { return activated(mn::Activation::Relu6, *operands[0]); })
      .Case<mn::SigmoidOp>([&](auto) { return activated(mn::Activation::Sigmoid, *operands[0]); })
      .Case<mn::HardSwishOp>([&](auto) { return activated(mn::Activation::HardSwish, *operands[0]); })
      .Case<mn::HardSigmoidOp>([&](auto) { return activated(mn::Activation::HardSigmoid, *operands[0]); })
      .Case<mn::AddOp>([&](auto sum) { return add(sum, operands); })
      .Case<mn::MulOp>([&](auto product) { return mul(product, operands); })
      .Case<mn::NormalizeOp>([&](auto layer) { return normalize(layer, operands); })
      .Case<mn::AveragePoolOp>([&](auto layer) { return averagePool(layer, *operands[0]); })
      .Case<mn::MaxPoolOp>([&](auto layer) { return maxPool(layer, *operands[0]); })
      .Case<mn::GlobalAveragePoolOp>([&](auto layer) { return globalAveragePool(layer, *operands[0]); })
      .Case<mn::SoftmaxOp>([&](auto layer) { return softmax(layer, *operands[0]); })
      .Case<mn::PadOp>([&](auto layer) { return pad(layer, *operands[0], 0); })
      .Case<mn::ConcatOp>([&](auto layer) { return concat(layer, operands); })
      .Case<mn::ResizeOp>([&](auto layer) { return resize(layer, *operands[0]); })
      .Case<mn::ReshapeOp, mn::FlattenOp, mn::DropoutOp, mn::CopyOp>(
          [&](auto layer) { return reshaped(layer.getType(), *operands[0]); })
      .Default([](Operation *other) -> FailureOr<Tensor> {
        return other->emitError() << "has no reference: expects an op of the stages import to tile";
      });
}

static FailureOr<Tensor> readConstant(mn::ConstantOp constant) {
  Tensor tensor = makeTensor(constant.getType());
  auto fill = [&](const auto &values) {
    if (failed(values))
      return failure();
    std::copy(values->begin(), values->end(), tensor.values.begin());
    return success();
  };
  bool hasIntegers = constant.getType().getElementType().isInteger();
  if (failed(hasIntegers ? fill(mn::readIntegers(constant)) : fill(mn::readWeights(constant))))
    return failure();
  return tensor;
}

FailureOr<std::vector<Tensor>> evaluate(func::FuncOp network, ArrayRef<Tensor> inputs, const Observer &observer) {
  llvm::DenseMap<Value, Tensor> tensors;
  for (auto [argument, input] : llvm::zip(network.getArguments(), inputs))
    tensors[argument] = input;
  auto find = [&](Value value) -> const Tensor * { return value ? &tensors.find(value)->second : nullptr; };
  for (Operation &op : network.getBody().front().without_terminator()) {
    if (auto constant = dyn_cast<mn::ConstantOp>(op)) {
      auto weights = readConstant(constant);
      if (failed(weights))
        return failure();
      tensors[constant] = std::move(*weights);
      continue;
    }
    SmallVector<const Tensor *> operands;
    for (Value operand : op.getOperands())
      operands.push_back(find(operand));
    auto result = computeLayer(&op, operands, find);
    if (failed(result))
      return failure();
    if (observer)
      observer(mn::getTensorName(&op), *result);
    tensors[op.getResult(0)] = std::move(*result);
  }
  std::vector<Tensor> results;
  for (Value value : network.getBody().front().getTerminator()->getOperands())
    results.push_back(*find(value));
  return results;
}

} // namespace mncc::reference
