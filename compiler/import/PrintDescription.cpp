// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/PrintDescription.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mncc;

namespace {

/// Collects "key": value pairs of one object on one line.
class Fields {
public:
  void add(std::string_view key, const std::string &value) { pairs.push_back(fmt::format("\"{}\": {}", key, value)); }
  std::string text() const { return fmt::format("{{{}}}", fmt::join(pairs, ", ")); }

private:
  std::vector<std::string> pairs;
};

} // namespace

static std::string spell(const std::string &text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

static std::string spell(bool value) { return value ? "true" : "false"; }

/// The shortest text that reads back as the same double.
static std::string spell(double value) { return nlohmann::json(value).dump(); }

static std::string spell(int64_t value) { return fmt::format("{}", value); }

template <typename Range> static std::string spellList(const Range &values) {
  std::vector<std::string> items;
  for (auto &value : values)
    items.push_back(spell(value));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

static std::string spellSides(const std::array<int64_t, 4> &pixels) {
  return fmt::format("[[{}, {}], [{}, {}]]", pixels[0], pixels[1], pixels[2], pixels[3]);
}

static std::string spellPadding(const Padding &padding) {
  switch (padding.kind) {
  case Padding::Kind::Valid:
    return "\"valid\"";
  case Padding::Kind::Same:
    return "\"same\"";
  case Padding::Kind::Explicit:
    return spellSides(padding.pixels);
  }
  llvm_unreachable("all kinds are listed above");
}

static std::string spellPerChannel(const std::vector<double> &values) {
  return llvm::all_equal(values) ? spell(values.front()) : spellList(values);
}

static std::string printPreprocessing(const Preprocessing &preprocessing) {
  static constexpr std::string_view kOrders[] = {"rgb", "bgr", "gray"}, kResizes[] = {"bilinear", "nearest", "none"};
  Fields fields;
  fields.add("channel_order", spell(std::string(kOrders[static_cast<size_t>(preprocessing.channelOrder)])));
  fields.add("scale", spell(preprocessing.scale));
  fields.add("mean", spellPerChannel(preprocessing.mean));
  fields.add("std", spellPerChannel(preprocessing.std));
  fields.add("resize", spell(std::string(kResizes[static_cast<size_t>(preprocessing.resize)])));
  if (preprocessing.crop == Preprocessing::Crop::Box)
    fields.add("crop", spellList(preprocessing.cropBox));
  else
    fields.add("crop", preprocessing.crop == Preprocessing::Crop::Center ? "\"center\"" : "\"none\"");
  fields.add("pad", spellList(preprocessing.pad));
  return fields.text();
}

/// A scale prints as the double that it is, so that it reads back as the same f32.
static std::string printQuantization(const TensorQuantization &quantization) {
  Fields fields;
  fields.add("type", spell(std::string(getQuantizedTypeName(quantization.type))));
  fields.add("scale", spell(double(quantization.scale)));
  fields.add("zero_point", spell(quantization.zeroPoint));
  return fields.text();
}

static std::string printInput(const InputTensor &input) {
  Fields fields;
  fields.add("name", spell(input.name));
  fields.add("shape", spellList(input.shape));
  if (input.preprocessing)
    fields.add("preprocessing", printPreprocessing(*input.preprocessing));
  if (input.quantization)
    fields.add("quantization", printQuantization(*input.quantization));
  return fields.text();
}

static void printConvolution(const Layer &layer, Fields &fields) {
  if (layer.op == LayerOp::DepthwiseConv2D)
    fields.add("depth_multiplier", spell(layer.depthMultiplier));
  else
    fields.add("filters", spell(layer.filters));
  if (layer.op != LayerOp::PointwiseConv2D)
    fields.add("kernel_size", spellList(layer.kernelSize));
  fields.add("strides", spellList(layer.strides));
  if (layer.op != LayerOp::PointwiseConv2D) {
    fields.add("padding", spellPadding(layer.padding));
    fields.add("dilations", spellList(layer.dilations));
  }
  fields.add("use_bias", spell(layer.useBias));
}

static void printPool(const Layer &layer, Fields &fields) {
  fields.add("pool_size", spellList(layer.poolSize));
  fields.add("strides", spellList(layer.strides));
  fields.add("padding", spellPadding(layer.padding));
}

static void printBatchNorm(const Layer &layer, Fields &fields) {
  fields.add("epsilon", spell(layer.epsilon));
  fields.add("scale", spell(layer.scale));
  fields.add("center", spell(layer.center));
}

static void printResize(const Layer &layer, Fields &fields) {
  fields.add("size", spellList(layer.size));
  fields.add("method", layer.method == ResizeMethod::Nearest ? "\"nearest\"" : "\"bilinear\"");
  fields.add("align_corners", spell(layer.alignCorners));
  fields.add("half_pixel_centers", spell(layer.halfPixelCenters));
}

/// Adds the fields that only ops of this kind have.
static void printOpFields(const Layer &layer, Fields &fields) {
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::DepthwiseConv2D:
  case LayerOp::PointwiseConv2D:
    return printConvolution(layer, fields);
  case LayerOp::FullyConnected:
    fields.add("units", spell(layer.units));
    return fields.add("use_bias", spell(layer.useBias));
  case LayerOp::BatchNorm:
    return printBatchNorm(layer, fields);
  case LayerOp::AveragePool:
  case LayerOp::MaxPool:
    return printPool(layer, fields);
  case LayerOp::GlobalAveragePool:
    return fields.add("keep_dims", spell(layer.keepDims));
  case LayerOp::Reshape:
    return fields.add("shape", spellList(layer.shape));
  case LayerOp::Concat:
    return fields.add("axis", spell(layer.axis));
  case LayerOp::Pad:
    return fields.add("padding", spellSides(layer.padding.pixels));
  case LayerOp::Resize:
    return printResize(layer, fields);
  case LayerOp::Dropout:
    return fields.add("rate", spell(layer.rate));
  default:
    return;
  }
}

/// Adds the fields that only layers on integers have.
static void printQuantizedFields(const Layer &layer, Fields &fields) {
  static constexpr std::string_view kActivations[] = {"none", "relu", "relu6"};
  static constexpr std::string_view kNumerics[] = {"tflm", "litert", "xnnpack", "fast"};
  if (layer.activation != LayerActivation::None)
    fields.add("activation", spell(std::string(kActivations[static_cast<size_t>(layer.activation)])));
  if (layer.filterZeroPoint != 0)
    fields.add("filter_zero_point", spell(layer.filterZeroPoint));
  if (layer.numerics)
    fields.add("numerics", spell(std::string(kNumerics[static_cast<size_t>(*layer.numerics)])));
  if (layer.quantization)
    fields.add("quantization", printQuantization(*layer.quantization));
}

static std::string printLayer(const Layer &layer) {
  Fields fields;
  fields.add("name", spell(layer.name));
  fields.add("op", spell(std::string(getOpInfo(layer.op).name)));
  fields.add("inputs", spellList(layer.inputs));
  printOpFields(layer, fields);
  printQuantizedFields(layer, fields);
  return fields.text();
}

std::string mncc::printDescription(const Description &description) {
  std::vector<std::string> inputs, layers;
  for (const InputTensor &input : description.inputs)
    inputs.push_back("    " + printInput(input));
  for (const Layer &layer : description.layers)
    layers.push_back("    " + printLayer(layer));
  std::string text = fmt::format("{{\n  \"name\": {},\n  \"inputs\": [\n{}\n  ],\n  \"layers\": [\n{}\n  ],\n"
                                 "  \"outputs\": {}",
                                 spell(description.name), fmt::join(inputs, ",\n"), fmt::join(layers, ",\n"),
                                 spellList(description.outputs));
  if (description.weights)
    text += fmt::format(",\n  \"weights\": {}", spell(description.weights->path));
  if (description.labels)
    text += fmt::format(",\n  \"labels\": {}", spell(description.labels->path));
  return text + "\n}\n";
}
