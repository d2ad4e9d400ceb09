// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ArchitectureBuilder.h"

#include <cmath>
#include <fmt/format.h>

using namespace mncc;

void ArchitectureFields::read(JsonFields &fields, Diagnostics &diagnostics) {
  constexpr double kWidest = 64;
  if (fields.readNumber("width_multiplier", widthMultiplier) && !(widthMultiplier > 0 && widthMultiplier <= kWidest)) {
    reportMismatch(*fields.find("width_multiplier"), "width_multiplier", "a number above 0 and at most 64",
                   diagnostics);
    widthMultiplier = 1;
  }
  if (fields.readNumber("batch_norm_epsilon", epsilon) && epsilon < 0)
    reportMismatch(*fields.find("batch_norm_epsilon"), "batch_norm_epsilon", "a number of at least 0", diagnostics);
  size_t choice = 0;
  fields.readChoice("classifier", choice, {"fully_connected", "none"});
  classifier.exists = choice == 0;
  fields.readInteger("num_classes", classifier.numClasses, {1, kLargestDimension},
                     classifier.exists ? Presence::Required : Presence::Optional);
  fields.readBoolean("softmax", classifier.hasSoftmax);
  if (fields.readNumber("dropout", classifier.dropout) && !(classifier.dropout >= 0 && classifier.dropout < 1))
    reportMismatch(*fields.find("dropout"), "dropout", "a number from 0 to below 1", diagnostics);
  for (std::string_view name : {"num_classes", "softmax", "dropout"})
    if (const JsonValue *field = fields.find(name); field && !classifier.exists) {
      diagnostics.error(field->location, fmt::format("'{}' expects a classifier, found \"classifier\": \"none\"", name))
          .note(fmt::format("leave '{}' out, or take the classifier \"fully_connected\"", name));
      return;
    }
}

bool mncc::readBlocks(JsonFields &fields, llvm::function_ref<void(const JsonValue &)> readBlock,
                      Diagnostics &diagnostics) {
  constexpr size_t kMostBlocks = 1000;
  const JsonValue *value = fields.find("blocks");
  if (!value)
    return false;
  auto *array = value->getIf<JsonValue::Array>();
  if (!array || array->empty() || array->size() > kMostBlocks) {
    reportMismatch(*value, "blocks", fmt::format("an array of 1 to {} objects", kMostBlocks), diagnostics);
    return true;
  }
  for (const JsonValue &item : *array)
    readBlock(item);
  return true;
}

int64_t mncc::makeDivisible(double channels) {
  constexpr int64_t kDivisor = 8;
  int64_t rounded = std::max(kDivisor, static_cast<int64_t>(channels + kDivisor / 2.0) / kDivisor * kDivisor);
  return rounded < 0.9 * channels ? rounded + kDivisor : rounded;
}

const std::string &ArchitectureBuilder::last() const {
  return description.layers.empty() ? description.inputs.front().name : description.layers.back().name;
}

Layer &ArchitectureBuilder::append(std::string name, LayerOp op, const SourceLocation &location) {
  Layer layer;
  layer.name = std::move(name);
  layer.op = op;
  layer.location = location;
  layer.inputs = {last()};
  layer.inputLocations = {location};
  return description.layers.emplace_back(std::move(layer));
}

Layer &ArchitectureBuilder::appendConvolution(std::string name, LayerOp op, int64_t kernelSize,
                                              std::array<int64_t, 2> strides, const SourceLocation &location) {
  Layer &layer = append(std::move(name), op, location);
  layer.kernelSize = {kernelSize, kernelSize};
  layer.strides = strides;
  layer.padding.kind = Padding::Kind::Same;
  layer.useBias = false;
  return layer;
}

void ArchitectureBuilder::appendNormalization(const std::string &name, Activation activation,
                                              const SourceLocation &location) {
  append(name + "_bn", LayerOp::BatchNorm, location).epsilon = epsilon;
  appendActivation(name, activation, location);
}

void ArchitectureBuilder::appendActivation(const std::string &name, Activation activation,
                                           const SourceLocation &location) {
  switch (activation) {
  case Activation::None:
    return;
  case Activation::Relu:
    append(name + "_relu", LayerOp::Relu, location);
    return;
  case Activation::Relu6:
    append(name + "_relu6", LayerOp::Relu6, location);
    return;
  case Activation::HardSwish:
    append(name + "_hard_swish", LayerOp::HardSwish, location);
    return;
  }
}

void ArchitectureBuilder::appendClassifier(const Classifier &classifier, const SourceLocation &location) {
  if (!classifier.exists)
    return;
  if (classifier.dropout > 0)
    append("dropout", LayerOp::Dropout, location).rate = classifier.dropout;
  append("fc", LayerOp::FullyConnected, location).units = classifier.numClasses;
  if (classifier.hasSoftmax)
    append("softmax", LayerOp::Softmax, location);
}
