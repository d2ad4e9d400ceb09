// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ParseLayer.h"

#include "compiler/import/ParseQuantization.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;

static constexpr IntegerRange kDimensions{1, kLargestDimension}, kWindows{1, kLargestWindow}, kPads{0, kLargestWindow};

bool mncc::readNames(JsonFields &fields, std::string_view field, std::vector<std::string> &names,
                     std::vector<SourceLocation> &locations, Diagnostics &diagnostics) {
  const JsonValue *value = fields.find(field);
  if (!value)
    return false;
  auto *array = value->getIf<JsonValue::Array>();
  if (!array || array->empty()) {
    reportMismatch(*value, field, "an array of at least one name", diagnostics);
    return true;
  }
  for (const JsonValue &item : *array) {
    auto *name = item.getIf<std::string>();
    if (!name || name->empty()) {
      reportMismatch(item, field, "names", diagnostics);
      return true;
    }
    names.push_back(*name);
    locations.push_back(item.location);
  }
  return true;
}

/// Reads [[top, bottom], [left, right]].
static void readPixels(const JsonValue &value, std::array<int64_t, 4> &pixels, std::string_view expected,
                       Diagnostics &diagnostics) {
  auto *sides = value.getIf<JsonValue::Array>();
  if (!sides || sides->size() != 2) {
    reportMismatch(value, "padding", expected, diagnostics);
    return;
  }
  for (int side : {0, 1})
    if (auto pair = parseIntegers((*sides)[side], "padding", {2, 2}, kPads, diagnostics))
      std::copy(pair->begin(), pair->end(), pixels.begin() + 2 * side);
}

/// Reads "same", "valid" or pixels.
static void readPadding(JsonFields &fields, Padding &padding, Diagnostics &diagnostics) {
  const JsonValue *value = fields.find("padding");
  if (!value)
    return;
  auto *text = value->getIf<std::string>();
  if (text && (*text == "same" || *text == "valid")) {
    padding.kind = *text == "same" ? Padding::Kind::Same : Padding::Kind::Valid;
    return;
  }
  padding.kind = Padding::Kind::Explicit;
  readPixels(*value, padding.pixels, "\"same\", \"valid\" or [[top, bottom], [left, right]]", diagnostics);
}

static void readConvolution(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  if (layer.op == LayerOp::DepthwiseConv2D)
    fields.readInteger("depth_multiplier", layer.depthMultiplier, kWindows);
  else
    fields.readInteger("filters", layer.filters, kDimensions, Presence::Required);
  fields.readPair("strides", layer.strides, kWindows);
  fields.readBoolean("use_bias", layer.useBias);
  if (layer.op == LayerOp::PointwiseConv2D)
    return;
  fields.readPair("kernel_size", layer.kernelSize, kWindows, Presence::Required);
  fields.readPair("dilations", layer.dilations, kWindows);
  readPadding(fields, layer.padding, diagnostics);
}

static void readPool(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  bool hasSize = fields.readPair("pool_size", layer.poolSize, kWindows, Presence::Required);
  layer.strides = layer.poolSize;
  fields.readPair("strides", layer.strides, kWindows);
  readPadding(fields, layer.padding, diagnostics);
  for (int side = 0; hasSize && side < 4; ++side)
    if (layer.padding.pixels[side] >= layer.poolSize[side / 2]) {
      reportMismatch(*fields.find("padding"), "padding", "less than the pool size on each side", diagnostics);
      return;
    }
}

static void readBatchNorm(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  if (fields.readNumber("epsilon", layer.epsilon) && layer.epsilon < 0)
    reportMismatch(*fields.find("epsilon"), "epsilon", "a number of at least 0", diagnostics);
  fields.readBoolean("scale", layer.scale);
  fields.readBoolean("center", layer.center);
}

static void readDropout(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  if (fields.readNumber("rate", layer.rate) && !(layer.rate >= 0 && layer.rate < 1))
    reportMismatch(*fields.find("rate"), "rate", "a number from 0 to below 1", diagnostics);
}

static void readReshape(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  if (!fields.readIntegers("shape", layer.shape, {1, 3}, {-1, INT32_MAX}, Presence::Required))
    return;
  if (llvm::count(layer.shape, -1) > 1 || llvm::is_contained(layer.shape, 0))
    reportMismatch(*fields.find("shape"), "shape", "positive integers and at most one -1", diagnostics);
}

static void readConcat(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  if (fields.readInteger("axis", layer.axis, {-3, 3}) && layer.axis == 0)
    reportMismatch(*fields.find("axis"), "axis", "a dimension other than the batch", diagnostics);
}

static void readResize(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  fields.readPair("size", layer.size, kDimensions, Presence::Required);
  size_t method = 0;
  if (fields.readChoice("method", method, {"nearest", "bilinear"}, Presence::Required))
    layer.method = method == 0 ? ResizeMethod::Nearest : ResizeMethod::Bilinear;
  fields.readBoolean("align_corners", layer.alignCorners);
  fields.readBoolean("half_pixel_centers", layer.halfPixelCenters);
  if (layer.alignCorners && layer.halfPixelCenters)
    reportMismatch(*fields.find("half_pixel_centers"), "half_pixel_centers", "false where 'align_corners' is true",
                   diagnostics);
}

/// Reads the fields that only ops of this kind have.
static void readOpFields(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::DepthwiseConv2D:
  case LayerOp::PointwiseConv2D:
    return readConvolution(fields, layer, diagnostics);
  case LayerOp::FullyConnected:
    fields.readInteger("units", layer.units, kDimensions, Presence::Required);
    fields.readBoolean("use_bias", layer.useBias);
    return;
  case LayerOp::BatchNorm:
    return readBatchNorm(fields, layer, diagnostics);
  case LayerOp::AveragePool:
  case LayerOp::MaxPool:
    return readPool(fields, layer, diagnostics);
  case LayerOp::GlobalAveragePool:
    fields.readBoolean("keep_dims", layer.keepDims);
    return;
  case LayerOp::Reshape:
    return readReshape(fields, layer, diagnostics);
  case LayerOp::Concat:
    return readConcat(fields, layer, diagnostics);
  case LayerOp::Pad:
    if (const JsonValue *value = fields.find("padding", Presence::Required))
      readPixels(*value, layer.padding.pixels, "[[top, bottom], [left, right]]", diagnostics);
    layer.padding.kind = Padding::Kind::Explicit;
    return;
  case LayerOp::Resize:
    return readResize(fields, layer, diagnostics);
  case LayerOp::Dropout:
    return readDropout(fields, layer, diagnostics);
  default:
    return;
  }
}

/// Reads the op's name. A wrong one is reported with the names that are known.
static bool readOp(JsonFields &fields, LayerOp &op, Diagnostics &diagnostics) {
  std::string name;
  if (!fields.readString("op", name))
    return false;
  for (const OpInfo &info : getOps())
    if (info.name == name) {
      op = info.op;
      return true;
    }
  Diagnostic &error = diagnostics.error(fields.find("op")->location, fmt::format("unknown op {}", quote(name)));
  suggestNearest(error, name, getOpNames());
  error.note(fmt::format("known ops are {}", fmt::join(getOpNames(), ", ")));
  return false;
}

/// "layer 'conv_3'", or "a layer" where it has no name.
static std::string describeLayer(const JsonValue &value) {
  if (auto *members = value.getIf<JsonValue::Object>())
    for (const JsonMember &member : *members)
      if (auto *name = member.value.getIf<std::string>(); name && member.key == "name")
        return "layer " + quote(*name);
  return "a layer";
}

FailureOr<Layer> mncc::parseLayer(const JsonValue &value, Diagnostics &diagnostics) {
  size_t errorsBefore = diagnostics.countErrors();
  Layer layer;
  JsonFields fields(value, describeLayer(value), diagnostics);
  layer.location = value.location;
  if (fields.readString("name", layer.name, Presence::Required))
    layer.location = fields.find("name")->location;
  bool hasOp = readOp(fields, layer.op, diagnostics);
  readNames(fields, "inputs", layer.inputs, layer.inputLocations, diagnostics);
  // Without an op nobody knows which fields the layer may have.
  if (!hasOp && diagnostics.countErrors() == errorsBefore)
    return diagnostics.error(value.location, fmt::format("{} needs the field 'op'", describeLayer(value)))
        .note(fmt::format("known ops are {}", fmt::join(getOpNames(), ", ")));
  if (!hasOp)
    return failure();
  readOpFields(fields, layer, diagnostics);
  readQuantizedFields(fields, layer, diagnostics);
  if (failed(fields.finish()))
    return failure();
  return layer;
}
