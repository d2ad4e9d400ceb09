// SPDX-License-Identifier: Apache-2.0
// Products with constants: what the converter makes of a division, such as that of a hard sigmoid by six.
#include "compiler/import/tflite/TfliteLayers.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;

/// `constant` once for each of `channels`; it has as many values, or one.
static std::vector<uint8_t> spread(const TfliteConstant &constant, int64_t channels) {
  std::vector<uint8_t> bytes;
  for (int64_t copies = channels / countElements(constant.shape); copies > 0; --copies)
    bytes.insert(bytes.end(), constant.bytes.begin(), constant.bytes.end());
  return bytes;
}

bool TfliteLayers::multipliesConstant(const tflite::Operator &op) const {
  constexpr unsigned kInputs = 2;
  return op.inputs() && op.inputs()->size() == kInputs && op.inputs()->Get(1) >= 0 &&
         !file.bytes(op.inputs()->Get(1)).empty();
}

/// The second input of `op`, a constant of one value or one a channel.
FailureOr<TfliteConstant> TfliteLayers::readFactor(const tflite::Operator &op, const Layer &layer, int64_t channels) {
  int32_t index = op.inputs()->Get(1);
  FailureOr<TfliteConstant> factor = readConstant(
      file, index, "factor", {layer.quantization ? tflite::TensorType_INT8 : tflite::TensorType_FLOAT32}, diagnostics);
  if (failed(factor))
    return failure();
  int64_t count = countElements(factor->shape);
  if (count != 1 && (count != channels || factor->shape.back() != channels))
    return diagnostics
        .error(file.location(index), fmt::format("expects a factor of 1 or {} values, found the shape {}", channels,
                                                 formatShape(factor->shape)))
        .note(placeOf(op), "it is the same in all places of an image");
  if (!layer.quantization)
    return factor;
  QuantizedRange range = getQuantizedRange(QuantizedType::Int8);
  if (factor->scales.size() != 1 || factor->zeroPoints[0] < range.least || factor->zeroPoints[0] > range.most)
    return diagnostics
        .error(file.location(index), fmt::format("expects one scale and a zero point from {} to {}, found {} and {}",
                                                 range.least, range.most, factor->scales.size(), factor->zeroPoints[0]))
        .note("quantise the model with TFLite's converter, which writes them");
  return factor;
}

/// A filter of one tap computes the same: its sum is the product, and its result is rounded as the product is.
LogicalResult TfliteLayers::addProduct(const tflite::Operator &op) {
  auto *options = op.options_as_MulOptions();
  FailureOr<Shape> image = readImage(op);
  if (failed(image))
    return failure();
  FailureOr<Layer> layer =
      startLayer(op, LayerOp::DepthwiseConv2D, 1, options ? options->activation() : tflite::Activation_NONE);
  if (failed(layer))
    return failure();
  FailureOr<TfliteConstant> factor = readFactor(op, *layer, image->back());
  if (failed(factor))
    return failure();
  std::vector<uint8_t> filter = spread(*factor, image->back());
  factor->bytes = filter;
  factor->shape = {1, 1, 1, image->back()};
  if (failed(addWeights(op, *layer, *factor, {1, 1, image->back(), 1})))
    return failure();
  finishLayer(op, std::move(*layer));
  return llvm::success();
}
