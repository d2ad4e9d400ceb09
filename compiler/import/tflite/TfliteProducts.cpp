// SPDX-License-Identifier: Apache-2.0
// Products with constants: what the converter makes of a division, such as that of a hard sigmoid by six.
#include "compiler/import/tflite/TfliteLayers.h"

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;

/// A filter of one tap computes the same: its sum is the product, and its result is rounded as the product is. Layers
/// of uint8 multiply their scales in another way.
LogicalResult TfliteLayers::addProduct(const tflite::Operator &op) {
  auto *options = op.options_as_MulOptions();
  FailureOr<Shape> image = readImage(op);
  if (failed(image))
    return failure();
  bool isUnsigned = file.tensor(resultOf(op)).type() == tflite::TensorType_UINT8;
  FailureOr<Layer> layer = startLayer(op, isUnsigned ? LayerOp::Mul : LayerOp::DepthwiseConv2D, 1,
                                      options ? options->activation() : tflite::Activation_NONE);
  if (failed(layer))
    return failure();
  if (isUnsigned)
    return finishWithConstant(op, std::move(*layer), "factor", image->back());
  FailureOr<TfliteConstant> factor = readChannels(
      op, "factor", layer->quantization ? tflite::TensorType_INT8 : tflite::TensorType_FLOAT32, image->back());
  if (failed(factor))
    return failure();
  std::vector<uint8_t> filter = spreadChannels(*factor, image->back());
  factor->bytes = filter;
  factor->shape = {1, 1, 1, image->back()};
  if (failed(addWeights(op, *layer, *factor, {1, 1, image->back(), 1})))
    return failure();
  finishLayer(op, std::move(*layer));
  return llvm::success();
}
