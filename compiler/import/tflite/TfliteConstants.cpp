// SPDX-License-Identifier: Apache-2.0
// Constants as operands of sums and products. A description has no constant tensors between layers: that of integers is
// the bias of a layer of one tap, whose filter is zero.
#include "compiler/import/tflite/TfliteLayers.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;

bool TfliteLayers::hasConstant(const tflite::Operator &op) const {
  constexpr unsigned kInputs = 2;
  return op.inputs() && op.inputs()->size() == kInputs && op.inputs()->Get(1) >= 0 &&
         !file.bytes(op.inputs()->Get(1)).empty();
}

/// The second input of `op`, called `what`, a constant of `type`: one value, or one for each of `channels`.
FailureOr<TfliteConstant> TfliteLayers::readChannels(const tflite::Operator &op, std::string_view what,
                                                     tflite::TensorType type, int64_t channels) {
  int32_t index = op.inputs()->Get(1);
  FailureOr<TfliteConstant> constant = readConstant(file, index, what, {type}, diagnostics);
  if (failed(constant))
    return failure();
  int64_t count = countElements(constant->shape);
  if (count != 1 && (count != channels || constant->shape.back() != channels))
    return diagnostics
        .error(file.location(index), fmt::format("expects 1 or {} values of the {}, found the shape {}", channels, what,
                                                 formatShape(constant->shape)))
        .note(placeOf(op), "it is the same in all places of an image");
  if (type == tflite::TensorType_FLOAT32)
    return constant;
  QuantizedRange range =
      getQuantizedRange(type == tflite::TensorType_INT8 ? QuantizedType::Int8 : QuantizedType::UInt8);
  if (constant->scales.size() != 1 || constant->zeroPoints[0] < range.least || constant->zeroPoints[0] > range.most)
    return diagnostics
        .error(file.location(index),
               fmt::format("expects one scale and a zero point from {} to {}, found {} and {}", range.least, range.most,
                           constant->scales.size(), constant->zeroPoints[0]))
        .note("quantise the model with TFLite's converter, which writes them");
  return constant;
}

/// Adds layers that compute the second input of `layer`, of integers, from the first: its mean times zero, and a bias
/// at the constant's own scale, so that no engine rounds. Returns the name of the last.
FailureOr<std::string> TfliteLayers::addOperand(const tflite::Operator &op, const Layer &layer, std::string_view what,
                                                int64_t channels) {
  FailureOr<std::optional<TensorQuantization>> input = readQuantization(file, op.inputs()->Get(0), diagnostics);
  FailureOr<std::optional<TensorQuantization>> own = readQuantization(file, op.inputs()->Get(1), diagnostics);
  if (failed(input) || failed(own))
    return failure();
  if (!*input)
    return report(op, "an input of integers with a result of integers", "floats").note("put a QUANTIZE before it");
  FailureOr<TfliteConstant> values = readChannels(op, what, file.tensor(op.inputs()->Get(0)).type(), channels);
  if (failed(values))
    return failure();
  Layer mean = layer, constant = layer;
  mean.op = LayerOp::GlobalAveragePool;
  mean.name = file.makeName(layer.name + "_mean");
  mean.quantization = *input;
  mean.keepDims = true;
  constant.op = LayerOp::DepthwiseConv2D;
  constant.name = file.makeName(fmt::format("{}_{}", layer.name, what));
  constant.inputs = {mean.name};
  constant.quantization = *own;
  mean.activation = constant.activation = LayerActivation::None;
  addConstant(constant, *values, (*own)->scale / (*input)->scale, channels);
  description.layers.push_back(std::move(mean));
  description.layers.push_back(constant);
  return constant.name;
}

/// A filter of zeros of `scale`, and the integers of `constant` less their zero point as the bias.
void TfliteLayers::addConstant(const Layer &layer, const TfliteConstant &constant, float scale, int64_t channels) {
  std::vector<int32_t> bias;
  for (uint8_t byte : spreadChannels(constant, channels)) {
    int32_t value = constant.type == tflite::TensorType_INT8 ? static_cast<int8_t>(byte) : byte;
    bias.push_back(value - static_cast<int32_t>(constant.zeroPoints.front()));
  }
  auto add = [&](const char *name, DType type, Shape shape, ArrayRef<uint8_t> bytes) {
    weights.add(layer.name + name, type, std::move(shape), {bytes.begin(), bytes.end()});
  };
  add("/kernel", DType::I8, {1, 1, channels, 1}, std::vector<uint8_t>(channels));
  add("/kernel_scales", DType::F32, {1}, asBytes(ArrayRef(scale)));
  add("/bias", DType::I32, {channels}, asBytes(ArrayRef(bias)));
}

LogicalResult TfliteLayers::finishWithConstant(const tflite::Operator &op, Layer layer, std::string_view what,
                                               int64_t channels) {
  FailureOr<std::string> operand = addOperand(op, layer, what, channels);
  if (failed(operand))
    return failure();
  layer.inputs.push_back(*operand);
  layer.inputLocations.push_back(file.location(op.inputs()->Get(1)));
  finishLayer(op, std::move(layer));
  return llvm::success();
}
