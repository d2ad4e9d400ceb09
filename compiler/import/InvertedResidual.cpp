// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/InvertedResidual.h"

#include <fmt/format.h>

using namespace mncc;

void mncc::readExpansion(JsonFields &fields, InvertedResidual &block, Diagnostics &diagnostics) {
  constexpr double kMost = 64;
  if (fields.readNumber("expansion", block.expansion) && !(block.expansion >= 1 && block.expansion <= kMost))
    reportMismatch(*fields.find("expansion"), "expansion", "a number from 1 to 64", diagnostics);
}

void InvertedResidualBuilder::appendStem(int64_t filters, Activation activation, const SourceLocation &location) {
  channels = scale(filters);
  layers.appendConvolution("conv", LayerOp::Conv2D, 3, {2, 2}, location).filters = channels;
  layers.appendNormalization("conv", activation, location);
}

void InvertedResidualBuilder::appendPointwise(const std::string &name, int64_t filters, Activation activation,
                                              const SourceLocation &location) {
  Layer &layer = layers.append(name, LayerOp::PointwiseConv2D, location);
  layer.filters = channels = filters;
  layer.useBias = false;
  layers.appendNormalization(name, activation, location);
}

/// Squeezes to a quarter of the channels (MobileNetV3, section 5.3); the gate scales what it came from.
void InvertedResidualBuilder::appendSqueezeExcite(const InvertedResidual &block) {
  std::string scaled = layers.last();
  auto name = [&](const char *part) { return fmt::format("{}_{}", part, blocks); };
  layers.append(name("squeeze_pool"), LayerOp::GlobalAveragePool, block.location).keepDims = true;
  layers.append(name("squeeze"), LayerOp::PointwiseConv2D, block.location).filters = makeDivisible(channels * 0.25);
  layers.appendActivation(name("squeeze"), Activation::Relu, block.location);
  layers.append(name("excite"), LayerOp::PointwiseConv2D, block.location).filters = channels;
  layers.append(name("excite") + "_hard_sigmoid", LayerOp::HardSigmoid, block.location);
  Layer &scale = layers.append(name("scale"), LayerOp::Mul, block.location);
  scale.inputs.insert(scale.inputs.begin(), scaled);
  scale.inputLocations.push_back(block.location);
}

void InvertedResidualBuilder::appendBlock(const InvertedResidual &block) {
  ++blocks;
  std::string input = layers.last(), depthwise = fmt::format("dw_{}", blocks), sum = fmt::format("add_{}", blocks);
  int64_t inputChannels = channels;
  if (block.expansion != 1)
    appendPointwise(fmt::format("expand_{}", blocks), makeDivisible(inputChannels * block.expansion), block.activation,
                    block.location);
  layers.appendConvolution(depthwise, LayerOp::DepthwiseConv2D, block.kernelSize, block.strides, block.location);
  layers.appendNormalization(depthwise, block.activation, block.location);
  if (block.squeezeExcite)
    appendSqueezeExcite(block);
  appendPointwise(fmt::format("project_{}", blocks), scale(block.filters), Activation::None, block.location);
  if (block.strides != std::array<int64_t, 2>{1, 1} || channels != inputChannels)
    return;
  Layer &add = layers.append(sum, LayerOp::Add, block.location);
  add.inputs.insert(add.inputs.begin(), input);
  add.inputLocations.push_back(block.location);
}
