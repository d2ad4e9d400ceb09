// SPDX-License-Identifier: Apache-2.0
// Convolutions and fully connected layers: operators with weights.
#include "compiler/import/tflite/TfliteLayers.h"

#include <cmath>
#include <fmt/format.h>

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

/// [outputs, rest] as [rest, outputs], of elements of `width` bytes.
static std::vector<uint8_t> moveOutputsLast(ArrayRef<uint8_t> bytes, size_t outputs, size_t width) {
  size_t rest = bytes.size() / width / outputs;
  std::vector<uint8_t> moved(bytes.size());
  for (size_t o = 0; o < outputs; ++o)
    for (size_t k = 0; k < rest; ++k)
      std::copy_n(&bytes[(o * rest + k) * width], width, &moved[(k * outputs + o) * width]);
  return moved;
}

static std::vector<uint8_t> copyBytes(ArrayRef<uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

/// The zero point that a kernel of `type` has as signed integers.
static int64_t makeSigned(int64_t zeroPoint, tflite::TensorType type) {
  return type == tflite::TensorType_UINT8 ? zeroPoint - 128 : zeroPoint;
}

/// The filter of `op`: `rank` dimensions, of which `axis` is that of the output channels.
FailureOr<TfliteConstant> TfliteLayers::readFilter(const tflite::Operator &op, const Layer &layer, size_t rank,
                                                   size_t axis) {
  int32_t index = op.inputs()->Get(1);
  if (index < 0)
    return report(op, "a filter", "none").note("the file is damaged; convert the model again");
  tflite::TensorType type = tflite::TensorType_FLOAT32;
  if (layer.quantization)
    type = layer.quantization->type == QuantizedType::Int8 ? tflite::TensorType_INT8 : tflite::TensorType_UINT8;
  FailureOr<TfliteConstant> filter = readConstant(file, index, "filter", {type}, diagnostics);
  if (failed(filter))
    return failure();
  auto refuse = [&](const std::string &message) -> Diagnostic & {
    return diagnostics.error(file.location(index), message);
  };
  if (filter->shape.size() != rank)
    return refuse(
               fmt::format("expects a filter of {} dimensions, found the shape {}", rank, formatShape(filter->shape)))
        .note(placeOf(op), fmt::format("{} takes it", file.describeCode(op)));
  size_t count = filter->scales.size();
  bool isPerChannel = count > 1 && type == tflite::TensorType_INT8;
  if (count > 1 && (!isPerChannel || static_cast<int64_t>(count) != filter->shape[axis]))
    return refuse(fmt::format("expects 1{} scales of its filter, found {}",
                              isPerChannel ? fmt::format(" or {}", filter->shape[axis]) : "", count))
        .note("filters have a scale for each output channel, unsigned ones a single scale");
  if (count > 1 && filter->axis != static_cast<int64_t>(axis))
    return refuse(fmt::format("expects scales along dimension {}, the output channels, found dimension {}", axis,
                              filter->axis))
        .note("quantise the model per output channel, or per tensor");
  for (int64_t zeroPoint : filter->zeroPoints)
    if (zeroPoint < 0 || zeroPoint > (type == tflite::TensorType_UINT8 ? 255 : 0))
      return refuse(fmt::format("expects zero points of its filter {}, found {}",
                                type == tflite::TensorType_UINT8 ? "from 0 to 255" : "of 0", zeroPoint))
          .note("TFLite's quantisation specification wants signed filters to be symmetric");
  return filter;
}

/// TFLite's own check: the bias is added to products, so it has their scale but for rounding.
LogicalResult TfliteLayers::checkBiasScales(const tflite::Operator &op, const TfliteConstant &filter,
                                            const TfliteConstant &bias) {
  FailureOr<std::optional<TensorQuantization>> input = readQuantization(file, op.inputs()->Get(0), diagnostics);
  FailureOr<std::optional<TensorQuantization>> output = readQuantization(file, resultOf(op), diagnostics);
  if (failed(input) || failed(output))
    return failure();
  if (!*input)
    return report(op, "an input of integers with a result of integers", "floats").note("put a QUANTIZE before it");
  if (bias.scales.size() != filter.scales.size())
    return diagnostics
        .error(file.location(bias.index),
               fmt::format("expects {} scales, as its filter has, found {}", filter.scales.size(), bias.scales.size()))
        .note(file.location(filter.index), "this is the filter");
  constexpr double kTolerance = 0.02;
  for (size_t i = 0; i < bias.scales.size(); ++i) {
    double product = double((*input)->scale) * double(filter.scales[i]);
    if (std::abs(product - double(bias.scales[i])) / double((*output)->scale) <= kTolerance && bias.zeroPoints[i] == 0)
      continue;
    return diagnostics
        .error(file.location(bias.index), fmt::format("expects scale {} and zero point 0 at [{}], found {} and {}",
                                                      product, i, bias.scales[i], bias.zeroPoints[i]))
        .note("the scale of a bias is that of the input times that of the filter")
        .note(file.location(op.inputs()->Get(0)), fmt::format("this is the input, of scale {}", (*input)->scale))
        .note(file.location(filter.index), fmt::format("this is the filter, of scale {} at [{}]", filter.scales[i], i))
        .note(file.location(resultOf(op)),
              fmt::format("this is the result, of scale {}: the bias may be off by {} of it", (*output)->scale,
                          kTolerance));
  }
  return success();
}

LogicalResult TfliteLayers::addBias(const tflite::Operator &op, Layer &layer, const TfliteConstant &filter,
                                    int64_t channels) {
  layer.useBias = op.inputs()->size() > 2 && op.inputs()->Get(2) >= 0;
  if (!layer.useBias)
    return success();
  int32_t index = op.inputs()->Get(2);
  FailureOr<TfliteConstant> bias = readConstant(
      file, index, "bias", {layer.quantization ? tflite::TensorType_INT32 : tflite::TensorType_FLOAT32}, diagnostics);
  if (failed(bias))
    return failure();
  if (bias->shape != Shape{channels})
    return diagnostics
        .error(file.location(index),
               fmt::format("expects a bias of shape [{}], found {}", channels, formatShape(bias->shape)))
        .note(file.location(filter.index), fmt::format("this is the filter, of {} output channels", channels));
  if (layer.quantization && failed(checkBiasScales(op, filter, *bias)))
    return failure();
  weights.add(layer.name + "/bias", layer.quantization ? DType::I32 : DType::F32, bias->shape, copyBytes(bias->bytes));
  return success();
}

/// Adds the filter as a kernel of `shape`, the output channels last, with its scales, and the bias.
LogicalResult TfliteLayers::addWeights(const tflite::Operator &op, Layer &layer, const TfliteConstant &filter,
                                       Shape shape) {
  bool isDepthwise = layer.op == LayerOp::DepthwiseConv2D;
  int64_t channels = filter.shape[isDepthwise ? 3 : 0];
  if (failed(addBias(op, layer, filter, channels)))
    return failure();
  std::vector<uint8_t> kernel = isDepthwise
                                    ? copyBytes(filter.bytes)
                                    : moveOutputsLast(filter.bytes, channels, layer.quantization ? 1 : sizeof(float));
  if (filter.type == tflite::TensorType_UINT8)
    for (uint8_t &byte : kernel)
      byte ^= 0x80; // byte - 128, as a signed integer
  weights.add(layer.name + "/kernel", layer.quantization ? DType::I8 : DType::F32, std::move(shape), std::move(kernel));
  if (!layer.quantization)
    return success();
  layer.filterZeroPoint = makeSigned(filter.zeroPoints.front(), filter.type);
  weights.add(layer.name + "/kernel_scales", DType::F32, {static_cast<int64_t>(filter.scales.size())},
              copyBytes(asBytes(ArrayRef<float>(filter.scales))));
  return success();
}

/// Reports a filter that takes another number of channels than the image has.
static LogicalResult checkChannels(const TfliteFile &file, const TfliteConstant &filter, int64_t found,
                                   int64_t channels, Diagnostics &diagnostics) {
  if (found == channels)
    return success();
  return diagnostics
      .error(file.location(filter.index), fmt::format("expects a filter for {} input channels, found the shape {}",
                                                      channels, formatShape(filter.shape)))
      .note("grouped convolutions are not supported; a depthwise one has [1, height, width, channels]");
}

/// The start of `op`; its filter has four dimensions and scales along `channelAxis`.
template <typename Options>
FailureOr<TfliteLayers::Convolution> TfliteLayers::startConvolution(const tflite::Operator &op, LayerOp kind,
                                                                    const Options *options, size_t channelAxis) {
  if (!options)
    return LogicalResult(reportOptions(op));
  if (failed(checkInputs(op, 2, 3)))
    return failure();
  FailureOr<Shape> image = readImage(op);
  if (failed(image))
    return failure();
  FailureOr<Layer> layer = startLayer(op, kind, 1, options->activation());
  FailureOr<TfliteConstant> filter =
      failed(layer) ? FailureOr<TfliteConstant>(failure()) : readFilter(op, *layer, 4, channelAxis);
  if (failed(filter))
    return failure();
  layer->kernelSize = {filter->shape[1], filter->shape[2]};
  layer->dilations = {options->dilation_h(), options->dilation_w()};
  return Convolution{*image, std::move(*layer), *filter};
}

LogicalResult TfliteLayers::addConv2D(const tflite::Operator &op) {
  auto *options = op.options_as_Conv2DOptions();
  FailureOr<Convolution> convolution = startConvolution(op, LayerOp::Conv2D, options, 0);
  if (failed(convolution))
    return failure();
  auto &[image, layer, filter] = *convolution;
  if (failed(checkChannels(file, filter, filter.shape[3], image.back(), diagnostics)))
    return failure();
  layer.filters = filter.shape[0];
  if (failed(readWindow(op, layer.kernelSize, {options->stride_h(), options->stride_w()}, options->padding(), layer)))
    return failure();
  // One tap needs no padding, and dilates to itself.
  if (layer.kernelSize == std::array<int64_t, 2>{1, 1}) {
    layer.op = LayerOp::PointwiseConv2D;
    layer.padding = {};
    layer.dilations = {1, 1};
  }
  if (failed(addWeights(op, layer, filter, {filter.shape[1], filter.shape[2], filter.shape[3], filter.shape[0]})))
    return failure();
  finishLayer(op, std::move(layer));
  return success();
}

LogicalResult TfliteLayers::addDepthwise(const tflite::Operator &op) {
  auto *options = op.options_as_DepthwiseConv2DOptions();
  FailureOr<Convolution> convolution = startConvolution(op, LayerOp::DepthwiseConv2D, options, 3);
  if (failed(convolution))
    return failure();
  auto &[image, layer, filter] = *convolution;
  int64_t in = image.back(), multiplier = filter.shape[3] / in;
  if (filter.shape[0] != 1 || multiplier * in != filter.shape[3] || multiplier > kLargestWindow)
    return diagnostics
        .error(file.location(filter.index),
               fmt::format("expects a filter [1, height, width, {} * multiplier], found the shape {}", in,
                           formatShape(filter.shape)))
        .note(placeOf(op), fmt::format("its layer's input has {} channels", in));
  layer.depthMultiplier = multiplier;
  if (failed(readWindow(op, layer.kernelSize, {options->stride_h(), options->stride_w()}, options->padding(), layer)) ||
      failed(addWeights(op, layer, filter, {filter.shape[1], filter.shape[2], in, multiplier})))
    return failure();
  finishLayer(op, std::move(layer));
  return success();
}

LogicalResult TfliteLayers::addFullyConnected(const tflite::Operator &op) {
  auto *options = op.options_as_FullyConnectedOptions();
  if (!options)
    return reportOptions(op);
  if (failed(checkInputs(op, 2, 3)))
    return failure();
  FailureOr<Shape> input = readShape(file, op.inputs()->Get(0), diagnostics);
  if (failed(input))
    return failure();
  if (options->weights_format() != 0)
    return report(op, "weights in their own order", "shuffled ones").note("convert the model without shuffled weights");
  FailureOr<Layer> layer = startLayer(op, LayerOp::FullyConnected, 1, options->activation());
  FailureOr<TfliteConstant> filter =
      failed(layer) ? FailureOr<TfliteConstant>(failure()) : readFilter(op, *layer, 2, 0);
  if (failed(filter) || failed(checkChannels(file, *filter, filter->shape[1], countElements(*input), diagnostics)))
    return failure();
  if (input->size() > 1 && !options->keep_num_dims())
    flattenInput(*layer, op.inputs()->Get(0));
  layer->units = filter->shape[0];
  if (failed(addWeights(op, *layer, *filter, {filter->shape[1], filter->shape[0]})))
    return failure();
  finishLayer(op, std::move(*layer));
  return success();
}

/// Puts a layer before `layer` that makes a vector of tensor `input`.
void TfliteLayers::flattenInput(Layer &layer, int32_t input) {
  Layer flatten;
  flatten.op = LayerOp::Flatten;
  flatten.name = file.makeName(layer.name + "_flatten");
  flatten.location = layer.location;
  flatten.inputs = layer.inputs;
  flatten.inputLocations = layer.inputLocations;
  if (FailureOr<std::optional<TensorQuantization>> quantization = readQuantization(file, input, diagnostics);
      succeeded(quantization))
    flatten.quantization = *quantization;
  layer.inputs = {flatten.name};
  description.layers.push_back(std::move(flatten));
}
