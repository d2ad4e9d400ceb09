// SPDX-License-Identifier: Apache-2.0
// Sums with constants, such as that of a hard sigmoid with three.
#include "compiler/import/tflite/TfliteLayers.h"

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;

/// 1 * x + addend, which is rounded once.
LogicalResult TfliteLayers::addFloatSum(const tflite::Operator &op, Layer layer, int64_t channels) {
  FailureOr<TfliteConstant> addend = readChannels(op, "addend", tflite::TensorType_FLOAT32, channels);
  if (failed(addend))
    return failure();
  layer.op = LayerOp::DepthwiseConv2D;
  std::vector<float> ones(channels, 1);
  ArrayRef<uint8_t> kernel = asBytes(ArrayRef(ones));
  weights.add(layer.name + "/kernel", DType::F32, {1, 1, channels, 1}, {kernel.begin(), kernel.end()});
  weights.add(layer.name + "/bias", DType::F32, {channels}, spreadChannels(*addend, channels));
  finishLayer(op, std::move(layer));
  return llvm::success();
}

LogicalResult TfliteLayers::addSum(const tflite::Operator &op) {
  auto *options = op.options_as_AddOptions();
  FailureOr<Shape> image = readImage(op);
  if (failed(image))
    return failure();
  FailureOr<Layer> layer = startLayer(op, LayerOp::Add, 1, options ? options->activation() : tflite::Activation_NONE);
  if (failed(layer))
    return failure();
  if (!layer->quantization)
    return addFloatSum(op, std::move(*layer), image->back());
  return finishWithConstant(op, std::move(*layer), "addend", image->back());
}
