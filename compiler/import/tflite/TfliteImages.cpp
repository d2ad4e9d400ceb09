// SPDX-License-Identifier: Apache-2.0
// Pools, means, pads and resizes: operators on images without weights.
#include "compiler/import/tflite/TfliteLayers.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

/// The shape [height, width, channels] of the first input of `op`.
FailureOr<Shape> TfliteLayers::readImage(const tflite::Operator &op) {
  FailureOr<Shape> shape = readShape(file, op.inputs()->Get(0), diagnostics);
  if (succeeded(shape) && shape->size() != 3)
    return report(op, "an image [1, height, width, channels]",
                  fmt::format("an input of {} dimensions", shape->size() + 1))
        .note("a RESHAPE before it can make an image of a vector");
  return shape;
}

/// The second input of `op`, a constant of integers of `shape`.
FailureOr<TfliteConstant> TfliteLayers::readArgument(const tflite::Operator &op, std::string_view what, Shape shape) {
  int32_t index = op.inputs()->Get(1);
  if (index < 0)
    return report(op, fmt::format("a constant of {}", what), "none")
        .note("the file is damaged; convert the model again");
  FailureOr<TfliteConstant> constant =
      readConstant(file, index, what, {tflite::TensorType_INT32, tflite::TensorType_INT64}, diagnostics);
  if (succeeded(constant) && constant->shape != shape)
    return diagnostics
        .error(file.location(index),
               fmt::format("expects {} of shape {}, found {}", what, formatShape(shape), formatShape(constant->shape)))
        .note(placeOf(op), fmt::format("{} of an image takes it", file.describeCode(op)));
  return constant;
}

LogicalResult TfliteLayers::addPool(const tflite::Operator &op, LayerOp kind) {
  auto *options = op.options_as_Pool2DOptions();
  if (!options)
    return reportOptions(op);
  if (failed(checkInputs(op, 1, 1)) || failed(readImage(op)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, kind, 1, options->activation());
  if (failed(layer))
    return failure();
  layer->poolSize = {options->filter_h(), options->filter_w()};
  if (failed(readWindow(op, layer->poolSize, {options->stride_h(), options->stride_w()}, options->padding(), *layer)))
    return failure();
  finishLayer(op, std::move(*layer));
  return success();
}

LogicalResult TfliteLayers::addMean(const tflite::Operator &op) {
  auto *options = op.options_as_ReducerOptions();
  if (failed(checkInputs(op, 2, 2)) || failed(readImage(op)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, LayerOp::GlobalAveragePool);
  FailureOr<TfliteConstant> axes = readArgument(op, "axes", {2});
  if (failed(layer) || failed(axes))
    return failure();
  constexpr int64_t kRank = 4;
  std::vector<int64_t> numbers = getIntegers(*axes);
  for (int64_t &number : numbers)
    number += number < 0 ? kRank : 0;
  if (numbers != std::vector<int64_t>{1, 2} && numbers != std::vector<int64_t>{2, 1})
    return report(op, "the axes 1 and 2", formatShape(getIntegers(*axes)))
        .note("only means over the height and width of an image are supported");
  layer->keepDims = options && options->keep_dims();
  finishLayer(op, std::move(*layer));
  return success();
}

LogicalResult TfliteLayers::addPad(const tflite::Operator &op) {
  if (failed(checkInputs(op, 2, 2)) || failed(readImage(op)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, LayerOp::Pad);
  FailureOr<TfliteConstant> argument = readArgument(op, "paddings", {4, 2});
  if (failed(layer) || failed(argument))
    return failure();
  std::vector<int64_t> pads = getIntegers(*argument);
  for (auto [side, pixels] : llvm::enumerate(pads)) {
    bool isSpatial = side >= 2 && side < 6;
    if (pixels < 0 || pixels > (isSpatial ? kLargestWindow : 0))
      return report(op, fmt::format("paddings of the height and width from 0 to {} and no others", kLargestWindow),
                    formatShape(pads))
          .note("they are [batch before, after, height before, after, width …, channels …]");
  }
  layer->padding = {Padding::Kind::Explicit, {pads[2], pads[3], pads[4], pads[5]}};
  finishLayer(op, std::move(*layer));
  return success();
}

LogicalResult TfliteLayers::addResize(const tflite::Operator &op, ResizeMethod method, bool alignCorners,
                                      bool halfPixelCenters) {
  // The second input states the size of the result again.
  if (failed(checkInputs(op, 2, 2)) || failed(readImage(op)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, LayerOp::Resize);
  FailureOr<Shape> shape = readShape(file, resultOf(op), diagnostics);
  if (failed(layer) || failed(shape))
    return failure();
  if (shape->size() != 3 || (alignCorners && halfPixelCenters))
    return report(op, "an image and either align_corners or half_pixel_centers", "both, or another shape")
        .note("the file is damaged; convert the model again");
  layer->size = {(*shape)[0], (*shape)[1]};
  layer->method = method;
  layer->alignCorners = alignCorners;
  layer->halfPixelCenters = halfPixelCenters;
  finishLayer(op, std::move(*layer));
  return success();
}

LogicalResult TfliteLayers::readWindow(const tflite::Operator &op, std::array<int64_t, 2> size,
                                       std::array<int64_t, 2> strides, tflite::Padding padding, Layer &layer) {
  for (int64_t number : {size[0], size[1], strides[0], strides[1], layer.dilations[0], layer.dilations[1]})
    if (number < 1 || number > kLargestWindow)
      return report(op, fmt::format("window, strides and dilations from 1 to {}", kLargestWindow),
                    fmt::format("{}", number))
          .note("the file is damaged; convert the model again");
  if (padding != tflite::Padding_SAME && padding != tflite::Padding_VALID)
    return report(op, "the padding SAME or VALID", fmt::format("number {}", static_cast<int>(padding)))
        .note("the file is damaged; convert the model again");
  layer.strides = strides;
  layer.padding.kind = padding == tflite::Padding_SAME ? Padding::Kind::Same : Padding::Kind::Valid;
  return success();
}
