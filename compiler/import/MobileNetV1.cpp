// SPDX-License-Identifier: Apache-2.0
// MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al. 2017).
#include "compiler/import/ExpandArchitecture.h"

#include <cmath>
#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::LogicalResult;
using llvm::success;

namespace {

/// A separable block, or the stem: filters before the width multiplier.
struct Block {
  int64_t filters;
  std::array<int64_t, 2> strides;
  SourceLocation location;
};

/// The fields of the compact form, with the defaults of the paper.
struct MobileNetV1 {
  double widthMultiplier = 1;
  int64_t numClasses = 0;
  bool shallow = false;
  Block stem = {32, {2, 2}, {}};
  std::vector<Block> blocks;
  std::string activation = "relu6";
  double epsilon = 0.001, dropout = 0.001;
  bool isKerasPadding = false, hasClassifier = true, hasSoftmax = true;
};

/// Appends layers, each to the one before it.
class Builder {
public:
  Builder(const MobileNetV1 &network, Description &description) : network(network), description(description) {}
  void build(const SourceLocation &location);

private:
  const MobileNetV1 &network;
  Description &description;

  Layer &append(std::string name, LayerOp op, const SourceLocation &location);
  void appendNormalized(const std::string &name, const SourceLocation &location);
  void setPadding(Layer &layer) const;
  void appendPad(const std::string &name, const Block &block);
  void appendStem();
  void appendBlock(size_t number, const Block &block);
  void appendClassifier(const SourceLocation &location);
  int64_t scaleFilters(int64_t filters) const {
    return std::max<int64_t>(8, static_cast<int64_t>(std::floor(network.widthMultiplier * filters)));
  }
};

} // namespace

/// Table 1 of the paper; the shallow network of table 5 leaves out the five blocks of 14 x 14 x 512.
static std::vector<Block> getPaperBlocks(bool shallow, const SourceLocation &location) {
  std::vector<Block> blocks = {{64, {1, 1}, location},  {128, {2, 2}, location}, {128, {1, 1}, location},
                               {256, {2, 2}, location}, {256, {1, 1}, location}, {512, {2, 2}, location}};
  if (!shallow)
    blocks.insert(blocks.end(), 5, {512, {1, 1}, location});
  blocks.push_back({1024, {2, 2}, location});
  blocks.push_back({1024, {1, 1}, location});
  return blocks;
}

Layer &Builder::append(std::string name, LayerOp op, const SourceLocation &location) {
  Layer layer;
  layer.name = std::move(name);
  layer.op = op;
  layer.location = location;
  layer.inputs = {description.layers.empty() ? description.inputs.front().name : description.layers.back().name};
  layer.inputLocations = {location};
  return description.layers.emplace_back(std::move(layer));
}

/// Batch norm and activation after the convolution `name`.
void Builder::appendNormalized(const std::string &name, const SourceLocation &location) {
  append(name + "_bn", LayerOp::BatchNorm, location).epsilon = network.epsilon;
  append(name + "_" + network.activation, network.activation == "relu" ? LayerOp::Relu : LayerOp::Relu6, location);
}

static bool isStrided(const std::array<int64_t, 2> &strides) { return strides != std::array<int64_t, 2>{1, 1}; }

/// Keras pads strided convolutions by a layer of their own, at the bottom and on the right.
void Builder::appendPad(const std::string &name, const Block &block) {
  if (!network.isKerasPadding || !isStrided(block.strides))
    return;
  Layer &pad = append(name + "_pad", LayerOp::Pad, block.location);
  pad.padding = {Padding::Kind::Explicit, {0, 1, 0, 1}};
}

void Builder::setPadding(Layer &layer) const {
  bool isPadded = network.isKerasPadding && isStrided(layer.strides);
  layer.padding.kind = isPadded ? Padding::Kind::Valid : Padding::Kind::Same;
}

void Builder::appendStem() {
  const Block &stem = network.stem;
  appendPad("conv", stem);
  Layer &conv = append("conv", LayerOp::Conv2D, stem.location);
  conv.filters = scaleFilters(stem.filters);
  conv.kernelSize = {3, 3};
  conv.strides = stem.strides;
  conv.useBias = false;
  setPadding(conv);
  appendNormalized("conv", stem.location);
}

void Builder::appendBlock(size_t number, const Block &block) {
  std::string depthwise = fmt::format("dw_{}", number), pointwise = fmt::format("pw_{}", number);
  appendPad(depthwise, block);
  Layer &dw = append(depthwise, LayerOp::DepthwiseConv2D, block.location);
  dw.kernelSize = {3, 3};
  dw.strides = block.strides;
  dw.useBias = false;
  setPadding(dw);
  appendNormalized(depthwise, block.location);
  Layer &pw = append(pointwise, LayerOp::PointwiseConv2D, block.location);
  pw.filters = scaleFilters(block.filters);
  pw.useBias = false;
  appendNormalized(pointwise, block.location);
}

void Builder::appendClassifier(const SourceLocation &location) {
  append("pool", LayerOp::GlobalAveragePool, location);
  if (!network.hasClassifier)
    return;
  if (network.dropout > 0)
    append("dropout", LayerOp::Dropout, location).rate = network.dropout;
  append("fc", LayerOp::FullyConnected, location).units = network.numClasses;
  if (network.hasSoftmax)
    append("softmax", LayerOp::Softmax, location);
}

void Builder::build(const SourceLocation &location) {
  appendStem();
  for (size_t i = 0; i < network.blocks.size(); ++i)
    appendBlock(i + 1, network.blocks[i]);
  appendClassifier(location);
}

static LogicalResult readBlock(const JsonValue &value, const std::string &what, Block &block, Presence filters,
                               Diagnostics &diagnostics) {
  block.location = value.location;
  JsonFields fields(value, what, diagnostics);
  fields.readInteger("filters", block.filters, {1, kLargestDimension}, filters);
  fields.readPair("strides", block.strides, {1, kLargestWindow});
  return fields.finish();
}

static void readBlocks(JsonFields &fields, MobileNetV1 &network, const SourceLocation &location,
                       Diagnostics &diagnostics) {
  constexpr size_t kMostBlocks = 1000;
  const JsonValue *value = fields.find("blocks");
  if (!value) {
    network.blocks = getPaperBlocks(network.shallow, location);
    return;
  }
  auto *array = value->getIf<JsonValue::Array>();
  if (!array || array->empty() || array->size() > kMostBlocks) {
    reportMismatch(*value, "blocks", fmt::format("an array of 1 to {} objects", kMostBlocks), diagnostics);
    return;
  }
  if (network.shallow)
    diagnostics.error(value->location, "expected either 'blocks' or 'shallow', found both")
        .note("'shallow' only changes the blocks of the paper; leave it out and list the blocks");
  for (const JsonValue &item : *array)
    (void)readBlock(item, "a block", network.blocks.emplace_back(Block{0, {1, 1}, {}}), Presence::Required,
                    diagnostics);
}

/// Reads "classifier" and the fields that only a classifier has.
static void readClassifier(JsonFields &fields, MobileNetV1 &network, Diagnostics &diagnostics) {
  size_t classifier = 0;
  fields.readChoice("classifier", classifier, {"fully_connected", "none"});
  network.hasClassifier = classifier == 0;
  fields.readInteger("num_classes", network.numClasses, {1, kLargestDimension},
                     network.hasClassifier ? Presence::Required : Presence::Optional);
  fields.readBoolean("softmax", network.hasSoftmax);
  if (fields.readNumber("dropout", network.dropout) && !(network.dropout >= 0 && network.dropout < 1))
    reportMismatch(*fields.find("dropout"), "dropout", "a number from 0 to below 1", diagnostics);
  for (std::string_view name : {"num_classes", "softmax", "dropout"})
    if (const JsonValue *field = fields.find(name); field && !network.hasClassifier) {
      diagnostics.error(field->location, fmt::format("'{}' expects a classifier, found \"classifier\": \"none\"", name))
          .note(fmt::format("leave '{}' out, or take the classifier \"fully_connected\"", name));
      return;
    }
}

static void readWidthMultiplier(JsonFields &fields, MobileNetV1 &network, Diagnostics &diagnostics) {
  constexpr double kWidest = 64;
  if (fields.readNumber("width_multiplier", network.widthMultiplier) &&
      !(network.widthMultiplier > 0 && network.widthMultiplier <= kWidest)) {
    reportMismatch(*fields.find("width_multiplier"), "width_multiplier", "a number above 0 and at most 64",
                   diagnostics);
    network.widthMultiplier = 1;
  }
}

LogicalResult mncc::expandMobileNetV1(JsonFields &fields, Description &description, const JsonValue &architecture,
                                      Diagnostics &diagnostics) {
  MobileNetV1 network;
  network.stem.location = architecture.location;
  readWidthMultiplier(fields, network, diagnostics);
  fields.readBoolean("shallow", network.shallow);
  if (const JsonValue *stem = fields.find("stem"))
    (void)readBlock(*stem, "'stem'", network.stem, Presence::Optional, diagnostics);
  readBlocks(fields, network, architecture.location, diagnostics);
  size_t activation = 0, padding = 0;
  if (fields.readChoice("activation", activation, {"relu6", "relu"}))
    network.activation = activation == 0 ? "relu6" : "relu";
  if (fields.readNumber("batch_norm_epsilon", network.epsilon) && network.epsilon < 0)
    reportMismatch(*fields.find("batch_norm_epsilon"), "batch_norm_epsilon", "a number of at least 0", diagnostics);
  fields.readChoice("padding", padding, {"same", "keras"});
  network.isKerasPadding = padding == 1;
  readClassifier(fields, network, diagnostics);
  if (failed(fields.finish()))
    return failure();
  // The input may be missing; then it is reported after this.
  if (!description.inputs.empty())
    Builder(network, description).build(architecture.location);
  return success();
}
