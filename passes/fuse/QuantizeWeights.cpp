// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse/QuantizeWeights.h"

#include "dialects/mn/WeightResource.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

static constexpr double kLargestWeight = 127;
/// Half of what an i32 holds: the other half is for the products.
static constexpr double kLargestBias = 1 << 30;

static ArrayRef<int64_t> getFilterShape(WeightedOpInterface layer) {
  return cast<ShapedType>(layer.getFilter().getType()).getShape();
}

static int64_t countOutputChannels(WeightedOpInterface layer) {
  return cast<ShapedType>(layer->getResult(0).getType()).getShape().back();
}

int64_t mncc::findOutputChannel(WeightedOpInterface layer, int64_t index) { return index % countOutputChannels(layer); }

int64_t mncc::findInputChannel(WeightedOpInterface layer, int64_t index) {
  ArrayRef<int64_t> shape = getFilterShape(layer);
  return index / shape.back() % shape[shape.size() - 2];
}

namespace {

/// The weights of one layer in floats, and what they become.
struct LayerWeights {
  std::vector<float> filter, bias, scales;
  std::vector<int8_t> integers;

  float scaleOf(int64_t channel) const { return scales.size() == 1 ? scales.front() : scales[channel]; }
};

} // namespace

/// The scales that hold the largest weight of each channel, and its bias.
static std::vector<float> chooseScales(WeightedOpInterface layer, const LayerWeights &weights,
                                       const WeightQuantization &quantization) {
  std::vector<double> scales(countOutputChannels(layer), 0);
  for (auto [index, weight] : llvm::enumerate(weights.filter)) {
    double &scale = scales[findOutputChannel(layer, index)];
    scale = std::max(scale, std::abs(weight) / kLargestWeight);
  }
  for (auto [scale, bias] : llvm::zip(scales, weights.bias))
    scale = std::max(scale, std::abs(bias) / (kLargestBias * quantization.inputScale));
  if (!quantization.perChannel)
    scales.assign(1, *llvm::max_element(scales));
  // Of a channel of zeros any scale is right.
  std::vector<float> rounded;
  for (double scale : scales)
    rounded.push_back(static_cast<float>(scale) > 0 ? static_cast<float>(scale) : 1.0F);
  return rounded;
}

static std::vector<int8_t> roundFilter(WeightedOpInterface layer, const LayerWeights &weights) {
  std::vector<int8_t> integers;
  for (auto [index, weight] : llvm::enumerate(weights.filter)) {
    double integer = std::round(weight / weights.scaleOf(findOutputChannel(layer, index)));
    integers.push_back(static_cast<int8_t>(std::clamp(integer, -kLargestWeight, kLargestWeight)));
  }
  return integers;
}

/// Takes off the bias what the rounding of the filter adds to the mean of each output channel.
static void correctBias(WeightedOpInterface layer, LayerWeights &weights, ArrayRef<double> means) {
  ArrayRef<int64_t> shape = getFilterShape(layer);
  if (static_cast<int64_t>(means.size()) != shape[shape.size() - 2])
    return;
  std::vector<double> errors(countOutputChannels(layer), 0);
  for (auto [index, weight] : llvm::enumerate(weights.filter)) {
    int64_t channel = findOutputChannel(layer, index);
    double rounded = double(weights.integers[index]) * weights.scaleOf(channel);
    errors[channel] += (rounded - weight) * means[findInputChannel(layer, index)];
  }
  weights.bias.resize(errors.size(), 0);
  for (auto [bias, error] : llvm::zip(weights.bias, errors))
    bias = static_cast<float>(bias - error);
}

/// The bias in units of the input's scale times the filter's.
static std::vector<double> scaleBias(const LayerWeights &weights, double inputScale) {
  std::vector<double> scaled;
  for (auto [channel, bias] : llvm::enumerate(weights.bias))
    scaled.push_back(bias / (inputScale * weights.scaleOf(channel)));
  return scaled;
}

template <typename T>
static Value createConstant(OpBuilder &builder, WeightedOpInterface layer, StringRef parameter, ArrayRef<int64_t> shape,
                            Type element, ArrayRef<T> values) {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  std::string name = (getTensorName(layer) + "_" + parameter).str();
  return ConstantOp::create(builder, layer.getLoc(), makeWeights(name, RankedTensorType::get(shape, element), bytes));
}

void mncc::setFilter(WeightedOpInterface layer, ArrayRef<int8_t> integers) {
  OpBuilder builder(layer);
  layer.getFilterMutable().set(
      createConstant(builder, layer, "kernel", getFilterShape(layer), builder.getIntegerType(8), integers));
}

void mncc::setBias(WeightedOpInterface layer, ArrayRef<double> integers) {
  // A correction may move a bias beyond what the scale was made for.
  std::vector<int32_t> rounded;
  for (double integer : integers)
    rounded.push_back(static_cast<int32_t>(std::clamp(std::round(integer), -kLargestBias, kLargestBias)));
  OpBuilder builder(layer);
  layer.getBiasMutable().assign(createConstant(builder, layer, "bias", {static_cast<int64_t>(rounded.size())},
                                               builder.getIntegerType(32), ArrayRef(rounded)));
}

LogicalResult mncc::quantizeWeights(OpBuilder &builder, WeightedOpInterface layer,
                                    const WeightQuantization &quantization) {
  LayerWeights weights;
  auto filter = readWeights(layer.getFilter());
  if (failed(filter))
    return failure();
  weights.filter = std::move(*filter);
  if (layer.getBias()) {
    auto bias = readWeights(layer.getBias());
    if (failed(bias))
      return failure();
    weights.bias = std::move(*bias);
  }
  weights.scales = chooseScales(layer, weights, quantization);
  weights.integers = roundFilter(layer, weights);
  if (!quantization.inputMeans.empty())
    correctBias(layer, weights, quantization.inputMeans);
  setFilter(layer, weights.integers);
  if (!weights.bias.empty())
    setBias(layer, scaleBias(weights, quantization.inputScale));
  builder.setInsertionPoint(layer);
  layer.getScalesMutable().assign(createConstant(builder, layer, "kernel_scales",
                                                 {static_cast<int64_t>(weights.scales.size())}, builder.getF32Type(),
                                                 ArrayRef(weights.scales)));
  return success();
}
