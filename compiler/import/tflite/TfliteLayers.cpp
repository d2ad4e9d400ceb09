// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/tflite/TfliteLayers.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

Diagnostic &TfliteLayers::report(const tflite::Operator &op, std::string_view expected, const std::string &found) {
  return diagnostics.error(placeOf(op), fmt::format("{} expects {}, found {}", file.describeCode(op), expected, found));
}

LogicalResult TfliteLayers::checkInputs(const tflite::Operator &op, unsigned least, unsigned most) {
  unsigned count = op.inputs() ? op.inputs()->size() : 0;
  if (count < least || count > most)
    return report(op, least == most ? fmt::format("{} inputs", least) : fmt::format("{} to {} inputs", least, most),
                  fmt::format("{}", count))
        .note("the file is damaged, or made for a later version of the operator");
  if (op.inputs()->Get(0) < 0)
    return report(op, "a first input", "none").note("the file is damaged; convert the model again");
  return success();
}

/// A layer that takes the first `dataInputs` inputs of `op` and computes its result, or, where a layer of its own is to
/// apply `activation`, what that takes.
FailureOr<Layer> TfliteLayers::startLayer(const tflite::Operator &op, LayerOp kind, unsigned dataInputs,
                                          tflite::Activation activation) {
  Layer layer;
  layer.op = kind;
  layer.name = file.name(resultOf(op));
  layer.location = placeOf(op);
  for (unsigned i = 0; i < dataInputs; ++i) {
    int32_t input = op.inputs()->Get(i);
    if (input < 0 || !file.bytes(input).empty())
      return report(op, "computed tensors as its inputs",
                    input < 0 ? "none" : "the constant " + quote(file.name(input)))
          .note("arithmetic with constants is not supported; let the converter fold it into the layer before");
    layer.inputs.push_back(file.name(input));
    layer.inputLocations.push_back(file.location(input));
  }
  FailureOr<std::optional<TensorQuantization>> quantization = readQuantization(file, resultOf(op), diagnostics);
  if (failed(quantization))
    return failure();
  layer.quantization = *quantization;
  if (activation != tflite::Activation_NONE && activation != tflite::Activation_RELU &&
      activation != tflite::Activation_RELU6)
    return report(op, "the activation NONE, RELU or RELU6", fmt::format("number {}", static_cast<int>(activation)))
        .note("replace the activation in the model that was converted");
  if (activation == tflite::Activation_NONE)
    return layer;
  layer.activation = activation == tflite::Activation_RELU ? LayerActivation::Relu : LayerActivation::Relu6;
  if (!layer.quantization || !clampsIntegers(kind))
    layer.name = file.makeName(layer.name + "_linear");
  return layer;
}

/// Appends `layer` and, where it does not clamp its result itself, the layer that does.
void TfliteLayers::finishLayer(const tflite::Operator &op, Layer layer) {
  if (layer.name == file.name(resultOf(op))) {
    description.layers.push_back(std::move(layer));
    return;
  }
  Layer clamp;
  clamp.op = layer.activation == LayerActivation::Relu ? LayerOp::Relu : LayerOp::Relu6;
  clamp.name = file.name(resultOf(op));
  clamp.location = layer.location;
  clamp.quantization = layer.quantization;
  clamp.inputs = {layer.name};
  clamp.inputLocations = {layer.location};
  layer.activation = LayerActivation::None;
  description.layers.push_back(std::move(layer));
  description.layers.push_back(std::move(clamp));
}

LogicalResult TfliteLayers::addSimple(const tflite::Operator &op, LayerOp kind) {
  if (failed(checkInputs(op, 1, 1)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, kind);
  if (succeeded(layer))
    finishLayer(op, std::move(*layer));
  return layer;
}

template <typename Options>
LogicalResult TfliteLayers::addBinary(const tflite::Operator &op, LayerOp kind, const Options *options) {
  if (failed(checkInputs(op, 2, 2)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, kind, 2, options ? options->activation() : tflite::Activation_NONE);
  if (succeeded(layer))
    finishLayer(op, std::move(*layer));
  return layer;
}

LogicalResult TfliteLayers::addConcat(const tflite::Operator &op) {
  constexpr unsigned kMany = 1024;
  auto *options = op.options_as_ConcatenationOptions();
  if (!options || failed(checkInputs(op, 1, kMany)))
    return options ? failure() : LogicalResult(reportOptions(op));
  FailureOr<Layer> layer = startLayer(op, LayerOp::Concat, op.inputs()->size(), options->activation());
  if (failed(layer))
    return failure();
  if (options->axis() == 0 || options->axis() < -3 || options->axis() > 3)
    return report(op, "an axis other than the batch", fmt::format("axis {}", options->axis()))
        .note("concatenate along the height, the width or the channels");
  layer->axis = options->axis();
  finishLayer(op, std::move(*layer));
  return success();
}

LogicalResult TfliteLayers::addSoftmax(const tflite::Operator &op) {
  auto *options = op.options_as_SoftmaxOptions();
  if (!options)
    return reportOptions(op);
  if (options->beta() != 1)
    return report(op, "beta 1", fmt::format("{}", options->beta()))
        .note("scale the logits in the layer before instead");
  return addSimple(op, LayerOp::Softmax);
}

LogicalResult TfliteLayers::addReshape(const tflite::Operator &op) {
  // A second input states the shape again.
  if (failed(checkInputs(op, 1, 2)))
    return failure();
  FailureOr<Layer> layer = startLayer(op, LayerOp::Reshape);
  FailureOr<Shape> shape = readShape(file, resultOf(op), diagnostics);
  if (failed(layer) || failed(shape))
    return failure();
  layer->shape = std::move(*shape);
  finishLayer(op, std::move(*layer));
  return success();
}

LogicalResult TfliteLayers::read(const tflite::Operator &op) {
  if (!op.outputs() || op.outputs()->size() != 1)
    return diagnostics
        .error(file.location(), fmt::format("{} expects one result, found {}", file.describeCode(op),
                                            op.outputs() ? op.outputs()->size() : 0))
        .note("layers of several results are not supported");
  switch (file.code(op)) {
  case tflite::BuiltinOperator_CONV_2D:
    return addConv2D(op);
  case tflite::BuiltinOperator_DEPTHWISE_CONV_2D:
    return addDepthwise(op);
  case tflite::BuiltinOperator_FULLY_CONNECTED:
    return addFullyConnected(op);
  case tflite::BuiltinOperator_ADD:
    return hasConstant(op) ? addSum(op) : addBinary(op, LayerOp::Add, op.options_as_AddOptions());
  case tflite::BuiltinOperator_MUL:
    return hasConstant(op) ? addProduct(op) : addBinary(op, LayerOp::Mul, op.options_as_MulOptions());
  case tflite::BuiltinOperator_AVERAGE_POOL_2D:
    return addPool(op, LayerOp::AveragePool);
  case tflite::BuiltinOperator_MAX_POOL_2D:
    return addPool(op, LayerOp::MaxPool);
  case tflite::BuiltinOperator_MEAN:
    return addMean(op);
  case tflite::BuiltinOperator_PAD:
    return addPad(op);
  case tflite::BuiltinOperator_CONCATENATION:
    return addConcat(op);
  case tflite::BuiltinOperator_RESHAPE:
  case tflite::BuiltinOperator_SQUEEZE:
    return addReshape(op);
  case tflite::BuiltinOperator_RESIZE_BILINEAR: {
    auto *options = op.options_as_ResizeBilinearOptions();
    return addResize(op, ResizeMethod::Bilinear, options && options->align_corners(),
                     options && options->half_pixel_centers());
  }
  case tflite::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR: {
    auto *options = op.options_as_ResizeNearestNeighborOptions();
    return addResize(op, ResizeMethod::Nearest, options && options->align_corners(),
                     options && options->half_pixel_centers());
  }
  case tflite::BuiltinOperator_SOFTMAX:
    return addSoftmax(op);
  case tflite::BuiltinOperator_LOGISTIC:
    return addSimple(op, LayerOp::Sigmoid);
  case tflite::BuiltinOperator_HARD_SWISH:
    return addSimple(op, LayerOp::HardSwish);
  case tflite::BuiltinOperator_RELU:
    return addSimple(op, LayerOp::Relu);
  case tflite::BuiltinOperator_RELU6:
    return addSimple(op, LayerOp::Relu6);
  case tflite::BuiltinOperator_QUANTIZE:
    return addSimple(op, LayerOp::Quantize);
  case tflite::BuiltinOperator_DEQUANTIZE:
    return addSimple(op, LayerOp::Dequantize);
  default:
    return reportUnknown(op);
  }
}

Diagnostic &TfliteLayers::reportOptions(const tflite::Operator &op) {
  return report(op, "its options", "none or those of another operator")
      .note("the file is damaged; convert the model again");
}

Diagnostic &TfliteLayers::reportUnknown(const tflite::Operator &op) {
  std::vector<std::string> known;
  for (tflite::BuiltinOperator code : tflite::EnumValuesBuiltinOperator())
    if (code != tflite::BuiltinOperator_CUSTOM)
      known.emplace_back(tflite::EnumNameBuiltinOperator(code));
  return diagnostics.error(placeOf(op), fmt::format("unknown operator {}", file.describeCode(op)))
      .note(fmt::format("known operators are {}", fmt::join(known, ", ")));
}
