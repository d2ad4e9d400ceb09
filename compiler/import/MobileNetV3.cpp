// SPDX-License-Identifier: Apache-2.0
// Searching for MobileNetV3 (Howard et al. 2019, arXiv 1905.02244).
#include "compiler/import/ExpandArchitecture.h"
#include "compiler/import/InvertedResidual.h"

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::LogicalResult;
using llvm::success;

namespace {

/// A row of the paper's tables; `expanded` is the "exp size" of `input` channels.
struct Row {
  int64_t kernelSize, input, expanded, filters;
  bool squeezeExcite;
  Activation activation;
  int64_t stride;
};

constexpr Activation kRelu = Activation::Relu, kSwish = Activation::HardSwish;

/// Table 1.
constexpr Row kLarge[] = {
    {3, 16, 16, 16, false, kRelu, 1},    {3, 16, 64, 24, false, kRelu, 2},    {3, 24, 72, 24, false, kRelu, 1},
    {5, 24, 72, 40, true, kRelu, 2},     {5, 40, 120, 40, true, kRelu, 1},    {5, 40, 120, 40, true, kRelu, 1},
    {3, 40, 240, 80, false, kSwish, 2},  {3, 80, 200, 80, false, kSwish, 1},  {3, 80, 184, 80, false, kSwish, 1},
    {3, 80, 184, 80, false, kSwish, 1},  {3, 80, 480, 112, true, kSwish, 1},  {3, 112, 672, 112, true, kSwish, 1},
    {5, 112, 672, 160, true, kSwish, 2}, {5, 160, 960, 160, true, kSwish, 1}, {5, 160, 960, 160, true, kSwish, 1}};

/// Table 2.
constexpr Row kSmall[] = {
    {3, 16, 16, 16, true, kRelu, 2},   {3, 16, 72, 24, false, kRelu, 2},  {3, 24, 88, 24, false, kRelu, 1},
    {5, 24, 96, 40, true, kSwish, 2},  {5, 40, 240, 40, true, kSwish, 1}, {5, 40, 240, 40, true, kSwish, 1},
    {5, 40, 120, 48, true, kSwish, 1}, {5, 48, 144, 48, true, kSwish, 1}, {5, 48, 288, 96, true, kSwish, 2},
    {5, 96, 576, 96, true, kSwish, 1}, {5, 96, 576, 96, true, kSwish, 1}};

} // namespace

static std::vector<InvertedResidual> getPaperBlocks(ArrayRef<Row> rows, const SourceLocation &location) {
  std::vector<InvertedResidual> blocks;
  for (const Row &row : rows)
    blocks.push_back({static_cast<double>(row.expanded) / row.input,
                      row.filters,
                      {row.stride, row.stride},
                      row.kernelSize,
                      row.squeezeExcite,
                      row.activation,
                      location});
  return blocks;
}

static InvertedResidual readBlock(const JsonValue &value, Diagnostics &diagnostics) {
  InvertedResidual block;
  block.location = value.location;
  JsonFields fields(value, "a block", diagnostics);
  readExpansion(fields, block, diagnostics);
  fields.readInteger("filters", block.filters, {1, kLargestDimension}, Presence::Required);
  fields.readPair("strides", block.strides, {1, kLargestWindow});
  fields.readInteger("kernel_size", block.kernelSize, {1, kLargestWindow});
  fields.readBoolean("squeeze_excite", block.squeezeExcite);
  size_t activation = 0;
  fields.readChoice("activation", activation, {"hard_swish", "relu"});
  block.activation = activation == 0 ? kSwish : kRelu;
  (void)fields.finish();
  return block;
}

/// The two networks differ in their blocks and in `features`, the channels between the pool and the classifier.
static LogicalResult expand(ArrayRef<Row> rows, int64_t features, JsonFields &fields, Description &description,
                            const JsonValue &architecture, Diagnostics &diagnostics) {
  const SourceLocation &location = architecture.location;
  ArchitectureFields common;
  common.classifier.dropout = 0.2;
  common.read(fields, diagnostics);
  int64_t stem = 16;
  fields.readInteger("stem_filters", stem, {1, kLargestDimension});
  fields.readInteger("feature_filters", features, {1, kLargestDimension});
  std::vector<InvertedResidual> blocks;
  auto read = [&](const JsonValue &item) { blocks.push_back(readBlock(item, diagnostics)); };
  if (!readBlocks(fields, read, diagnostics))
    blocks = getPaperBlocks(rows, location);
  if (failed(fields.finish()))
    return failure();
  // The input may be missing; then it is reported after this.
  if (description.inputs.empty())
    return success();
  InvertedResidualBuilder builder(common, description);
  builder.appendStem(stem, kSwish, location);
  for (const InvertedResidual &block : blocks)
    builder.appendBlock(block);
  builder.appendPointwise("head", makeDivisible(builder.getChannels() * 6.0), kSwish, location);
  ArchitectureBuilder &layers = builder.getLayers();
  layers.append("pool", LayerOp::GlobalAveragePool, location);
  if (common.classifier.exists) {
    layers.append("features", LayerOp::FullyConnected, location).units =
        common.widthMultiplier > 1 ? builder.scale(features) : features;
    layers.appendActivation("features", kSwish, location);
  }
  layers.appendClassifier(common.classifier, location);
  return success();
}

LogicalResult mncc::expandMobileNetV3Large(JsonFields &fields, Description &description, const JsonValue &architecture,
                                           Diagnostics &diagnostics) {
  return expand(kLarge, 1280, fields, description, architecture, diagnostics);
}

LogicalResult mncc::expandMobileNetV3Small(JsonFields &fields, Description &description, const JsonValue &architecture,
                                           Diagnostics &diagnostics) {
  return expand(kSmall, 1024, fields, description, architecture, diagnostics);
}
