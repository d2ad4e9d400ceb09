// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/QuantizedLayers.h"

#include "dialects/mn/reference/Requantize.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mncc::reference {

Tensor mapIntegers(const Tensor &input, llvm::function_ref<double(int64_t)> function) {
  Tensor result = input;
  for (double &value : result.values)
    value = function(static_cast<int64_t>(value));
  return result;
}

static Tensor subtract(const Tensor &input, int64_t zeroPoint) {
  return mapIntegers(input, [&](int64_t value) { return value - zeroPoint; });
}

/// The sum of (input - zero point) * (filter - its zero point) and the bias, at the result's scale.
static Tensor computeWeighted(mn::WeightedOpInterface op, llvm::function_ref<const Tensor *(Value)> find) {
  Tensor input = subtract(*find(op.getInput()), getZeroPoint(op.getInput().getType()));
  Tensor filter = subtract(*find(op.getFilter()), static_cast<int64_t>(op.getFilterZeroPoint()));
  Tensor result = sumTaps(op, input, filter, find(op.getBias()));
  std::vector<Factor> factors;
  for (double scale : find(op.getScales())->values)
    factors.push_back(getFactor(op, static_cast<float>(scale)));
  Rounding rounding = getRounding(op);
  size_t channels = result.shape.back();
  for (auto [i, value] : llvm::enumerate(result.values)) {
    int64_t rounded = requantize(rounding, static_cast<int64_t>(value), factors[i % channels % factors.size()]);
    value = finishInteger(rounded, op->getResult(0).getType(), op.getActivation());
  }
  return result;
}

static Tensor padQuantized(mn::PadOp op, const Tensor &input) { return pad(op, input, getZeroPoint(op.getType())); }

static Tensor moved(Type type, const Tensor &input) { return {cast<ShapedType>(type).getShape().vec(), input.values}; }

FailureOr<Tensor> computeQuantizedLayer(Operation *op, Operands operands,
                                        llvm::function_ref<const Tensor *(Value)> find) {
  return llvm::TypeSwitch<Operation *, FailureOr<Tensor>>(op)
      .Case<mn::WeightedOpInterface>([&](auto layer) { return computeWeighted(layer, find); })
      .Case<mn::AddOp>([&](auto sum) { return addQuantized(sum, operands); })
      .Case<mn::MulOp>([&](auto product) { return mulQuantized(product, operands); })
      .Case<mn::ReluOp>([&](auto layer) { return clampQuantized(layer, *operands[0], mn::Activation::Relu); })
      .Case<mn::Relu6Op>([&](auto layer) { return clampQuantized(layer, *operands[0], mn::Activation::Relu6); })
      .Case<mn::SigmoidOp>([&](auto layer) { return sigmoidQuantized(layer, *operands[0]); })
      .Case<mn::HardSwishOp>([&](auto layer) { return hardSwishQuantized(layer, *operands[0]); })
      .Case<mn::AveragePoolOp>([&](auto layer) { return averagePoolQuantized(layer, *operands[0]); })
      .Case<mn::MaxPoolOp>([&](auto layer) { return maxPool(layer, *operands[0]); })
      .Case<mn::GlobalAveragePoolOp>([&](auto layer) { return globalAveragePoolQuantized(layer, *operands[0]); })
      .Case<mn::SoftmaxOp>([&](auto layer) { return softmaxQuantized(layer, *operands[0]); })
      .Case<mn::PadOp>([&](auto layer) { return padQuantized(layer, *operands[0]); })
      .Case<mn::ConcatOp>([&](auto layer) { return concatQuantized(layer, operands); })
      .Case<mn::ResizeOp>([&](auto layer) { return resizeQuantized(layer, *operands[0]); })
      .Case<mn::QuantizeOp>([&](auto layer) { return quantize(layer, *operands[0]); })
      .Case<mn::DequantizeOp>([&](auto layer) { return dequantize(layer, *operands[0]); })
      .Case<mn::ReshapeOp, mn::FlattenOp, mn::DropoutOp, mn::CopyOp>(
          [&](auto layer) { return moved(layer.getType(), *operands[0]); })
      .Default([](Operation *other) -> FailureOr<Tensor> {
        return other->emitError() << "has no reference on integers: expects an op of the stages import to tile";
      });
}

} // namespace mncc::reference
