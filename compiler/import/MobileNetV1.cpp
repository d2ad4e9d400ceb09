// SPDX-License-Identifier: Apache-2.0
// MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (Howard et al. 2017).
#include "compiler/import/ArchitectureBuilder.h"
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
  ArchitectureFields common;
  bool shallow = false;
  Block stem = {32, {2, 2}, {}};
  std::vector<Block> blocks;
  Activation activation = Activation::Relu6;
  bool isKerasPadding = false;
};

class Builder {
public:
  Builder(const MobileNetV1 &network, Description &description)
      : network(network), layers(description, network.common.epsilon) {}
  void build(const SourceLocation &location);

private:
  const MobileNetV1 &network;
  ArchitectureBuilder layers;

  Layer &appendPadded(const std::string &name, LayerOp op, const Block &block);
  void appendStem();
  void appendBlock(size_t number, const Block &block);
  int64_t scaleFilters(int64_t filters) const {
    return std::max<int64_t>(8, static_cast<int64_t>(std::floor(network.common.widthMultiplier * filters)));
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

/// A 3x3 convolution. Keras pads strided ones by a layer of their own, at the bottom and on the right.
Layer &Builder::appendPadded(const std::string &name, LayerOp op, const Block &block) {
  bool isPadded = network.isKerasPadding && block.strides != std::array<int64_t, 2>{1, 1};
  if (isPadded)
    layers.append(name + "_pad", LayerOp::Pad, block.location).padding = {Padding::Kind::Explicit, {0, 1, 0, 1}};
  Layer &layer = layers.appendConvolution(name, op, 3, block.strides, block.location);
  if (isPadded)
    layer.padding.kind = Padding::Kind::Valid;
  return layer;
}

void Builder::appendStem() {
  const Block &stem = network.stem;
  appendPadded("conv", LayerOp::Conv2D, stem).filters = scaleFilters(stem.filters);
  layers.appendNormalization("conv", network.activation, stem.location);
}

void Builder::appendBlock(size_t number, const Block &block) {
  std::string depthwise = fmt::format("dw_{}", number), pointwise = fmt::format("pw_{}", number);
  appendPadded(depthwise, LayerOp::DepthwiseConv2D, block);
  layers.appendNormalization(depthwise, network.activation, block.location);
  Layer &pw = layers.append(pointwise, LayerOp::PointwiseConv2D, block.location);
  pw.filters = scaleFilters(block.filters);
  pw.useBias = false;
  layers.appendNormalization(pointwise, network.activation, block.location);
}

void Builder::build(const SourceLocation &location) {
  appendStem();
  for (size_t i = 0; i < network.blocks.size(); ++i)
    appendBlock(i + 1, network.blocks[i]);
  layers.append("pool", LayerOp::GlobalAveragePool, location);
  layers.appendClassifier(network.common.classifier, location);
}

static LogicalResult readBlock(const JsonValue &value, const std::string &what, Block &block, Presence filters,
                               Diagnostics &diagnostics) {
  block.location = value.location;
  JsonFields fields(value, what, diagnostics);
  fields.readInteger("filters", block.filters, {1, kLargestDimension}, filters);
  fields.readPair("strides", block.strides, {1, kLargestWindow});
  return fields.finish();
}

static void readPaperOrBlocks(JsonFields &fields, MobileNetV1 &network, const SourceLocation &location,
                              Diagnostics &diagnostics) {
  fields.readBoolean("shallow", network.shallow);
  auto read = [&](const JsonValue &item) {
    (void)readBlock(item, "a block", network.blocks.emplace_back(Block{0, {1, 1}, {}}), Presence::Required,
                    diagnostics);
  };
  if (!readBlocks(fields, read, diagnostics))
    network.blocks = getPaperBlocks(network.shallow, location);
  else if (network.shallow)
    diagnostics.error(fields.find("blocks")->location, "expected either 'blocks' or 'shallow', found both")
        .note("'shallow' only changes the blocks of the paper; leave it out and list the blocks");
}

LogicalResult mncc::expandMobileNetV1(JsonFields &fields, Description &description, const JsonValue &architecture,
                                      Diagnostics &diagnostics) {
  MobileNetV1 network;
  network.common.classifier.dropout = 0.001;
  network.stem.location = architecture.location;
  network.common.read(fields, diagnostics);
  if (const JsonValue *stem = fields.find("stem"))
    (void)readBlock(*stem, "'stem'", network.stem, Presence::Optional, diagnostics);
  readPaperOrBlocks(fields, network, architecture.location, diagnostics);
  size_t activation = 0, padding = 0;
  if (fields.readChoice("activation", activation, {"relu6", "relu"}))
    network.activation = activation == 0 ? Activation::Relu6 : Activation::Relu;
  fields.readChoice("padding", padding, {"same", "keras"});
  network.isKerasPadding = padding == 1;
  if (failed(fields.finish()))
    return failure();
  // The input may be missing; then it is reported after this.
  if (!description.inputs.empty())
    Builder(network, description).build(architecture.location);
  return success();
}
