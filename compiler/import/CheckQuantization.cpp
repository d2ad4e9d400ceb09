// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/CheckQuantization.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>
#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::LogicalResult;
using llvm::success;

using Quantization = std::optional<TensorQuantization>;

static std::string describe(const Quantization &quantization) {
  if (!quantization)
    return "floats";
  return fmt::format("{} of scale {} and zero point {}", getQuantizedTypeName(quantization->type), quantization->scale,
                     quantization->zeroPoint);
}

/// Where the layer's quantization stands, or else the layer.
static SourceLocation placeOf(const Layer &layer) {
  return layer.quantization ? layer.quantization->location : layer.location;
}

/// Layers that move or compare values, and so keep the scale of their input.
static bool keepsScale(LayerOp op) {
  return llvm::is_contained({LayerOp::AveragePool, LayerOp::MaxPool, LayerOp::Pad, LayerOp::Reshape, LayerOp::Flatten,
                             LayerOp::Dropout, LayerOp::Resize},
                            op);
}

namespace {

/// Looks at layer after layer; each function is one thing that may be wrong.
class Checker {
public:
  Checker(Diagnostics &diagnostics) : diagnostics(diagnostics) {}

  void addInput(const InputTensor &input) { quantizations[input.name] = input.quantization; }
  LogicalResult check(const Layer &layer);

private:
  Diagnostics &diagnostics;
  std::map<std::string, Quantization, std::less<>> quantizations;

  const Quantization &inputOf(const Layer &layer, size_t index) const {
    return quantizations.find(layer.inputs[index])->second;
  }
  LogicalResult checkRange(const Layer &layer);
  LogicalResult checkConversion(const Layer &layer);
  LogicalResult checkMixture(const Layer &layer);
  LogicalResult checkScale(const Layer &layer);
  LogicalResult checkFields(const Layer &layer);
};

} // namespace

/// Those of JSON have been checked where they are read.
LogicalResult Checker::checkRange(const Layer &layer) {
  return layer.quantization ? checkZeroPoint(*layer.quantization, diagnostics) : success();
}

LogicalResult Checker::checkConversion(const Layer &layer) {
  bool isQuantize = layer.op == LayerOp::Quantize;
  if (isQuantize && !layer.quantization)
    return diagnostics.error(layer.location, fmt::format("{} expects a 'quantization'", quote(layer.name)))
        .note("for example \"quantization\": {\"type\": \"int8\", \"scale\": 0.0235, \"zero_point\": -128}");
  if (isQuantize || (!layer.quantization && inputOf(layer, 0)))
    return success();
  return diagnostics
      .error(placeOf(layer), fmt::format("{} expects an input of integers and a result of floats, found {} and {}",
                                         quote(layer.name), describe(inputOf(layer, 0)), describe(layer.quantization)))
      .note("'dequantize' turns integers into floats; 'quantize' does the reverse, or changes a scale");
}

LogicalResult Checker::checkMixture(const Layer &layer) {
  for (size_t i = 0; i < layer.inputs.size(); ++i) {
    const Quantization &input = inputOf(layer, i);
    if (input.has_value() == layer.quantization.has_value() && (!input || input->type == layer.quantization->type))
      continue;
    return diagnostics
        .error(placeOf(layer),
               fmt::format("{} expects its inputs and its result to be of one type, but {} is of {} and "
                           "its result of {}",
                           quote(layer.name), quote(layer.inputs[i]), describe(input), describe(layer.quantization)))
        .note("give both a \"quantization\" of one type, or put a 'quantize' or 'dequantize' layer between");
  }
  if (layer.quantization && (layer.op == LayerOp::BatchNorm || layer.op == LayerOp::HardSigmoid))
    return diagnostics
        .error(placeOf(layer),
               fmt::format("{} expects floats, found {}", quote(layer.name), describe(layer.quantization)))
        .note(
            fmt::format("'{}' has no form on integers; fold it before the quantisation, or put 'dequantize' before it",
                        getOpInfo(layer.op).name));
  return success();
}

LogicalResult Checker::checkScale(const Layer &layer) {
  if (!layer.quantization)
    return success();
  if (keepsScale(layer.op) && inputOf(layer, 0) != layer.quantization)
    return diagnostics
        .error(placeOf(layer),
               fmt::format("{} expects the quantization of its input, found {} where {} has {}", quote(layer.name),
                           describe(layer.quantization), quote(layer.inputs.front()), describe(inputOf(layer, 0))))
        .note(fmt::format("'{}' keeps the scale of its integers; a 'quantize' layer changes it",
                          getOpInfo(layer.op).name));
  constexpr float kRangeScale = 1.0F / 256;
  int64_t least = getQuantizedRange(layer.quantization->type).least;
  if ((layer.op == LayerOp::Softmax || layer.op == LayerOp::Sigmoid) &&
      (layer.quantization->scale != kRangeScale || layer.quantization->zeroPoint != least))
    return diagnostics
        .error(placeOf(layer), fmt::format("{} expects a result of scale {} and zero point {}, found {}",
                                           quote(layer.name), kRangeScale, least, describe(layer.quantization)))
        .note("its results lie between 0 and 1, so TFLite fixes their scale");
  return success();
}

LogicalResult Checker::checkFields(const Layer &layer) {
  if (layer.quantization)
    return success();
  std::string_view field;
  if (layer.activation != LayerActivation::None)
    field = "activation";
  else if (layer.filterZeroPoint != 0)
    field = "filter_zero_point";
  else if (layer.numerics)
    field = "numerics";
  if (field.empty())
    return success();
  // What it gives are floats in any case.
  std::string_view wayOut = layer.op == LayerOp::Dequantize ? "leave the field out"
                            : field == "activation"
                                ? "put a 'relu' or 'relu6' layer behind it, or give it a \"quantization\""
                                : "give it a \"quantization\", or leave the field out";
  return diagnostics
      .error(layer.location, fmt::format("{} expects no '{}' with a result of floats", quote(layer.name), field))
      .note(std::string(wayOut));
}

LogicalResult Checker::check(const Layer &layer) {
  quantizations[layer.name] = layer.quantization;
  if (failed(checkRange(layer)) || failed(checkFields(layer)))
    return failure();
  if (layer.op == LayerOp::Quantize || layer.op == LayerOp::Dequantize)
    return checkConversion(layer);
  if (failed(checkMixture(layer)))
    return failure();
  return checkScale(layer);
}

LogicalResult mncc::checkZeroPoint(const TensorQuantization &quantization, Diagnostics &diagnostics) {
  QuantizedRange range = getQuantizedRange(quantization.type);
  if (quantization.zeroPoint >= range.least && quantization.zeroPoint <= range.most)
    return success();
  return diagnostics
      .error(quantization.location, fmt::format("expects a zero point from {} to {}, found {}", range.least, range.most,
                                                quantization.zeroPoint))
      .note("the zero point is the integer that stands for 0");
}

LogicalResult mncc::checkQuantization(const Description &description, Diagnostics &diagnostics) {
  Checker checker(diagnostics);
  for (const InputTensor &input : description.inputs) {
    if (input.quantization && failed(checkZeroPoint(*input.quantization, diagnostics)))
      return failure();
    checker.addInput(input);
  }
  LogicalResult result = success();
  for (const Layer &layer : description.layers)
    if (failed(checker.check(layer)))
      result = failure();
  return result;
}
