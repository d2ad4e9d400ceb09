// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/LayerRefinement.h"

#include "compiler/commands/LayerRunner.h"
#include "compiler/commands/NetworkFunction.h"
#include "compiler/commands/ProgressBar.h"
#include "compiler/quantize/GptqRounding.h"
#include "compiler/quantize/TapMoments.h"
#include "dialects/mn/LayerInputs.h"
#include "dialects/mn/Quantization.h"
#include "dialects/mn/WeightResource.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/QuantizeWeights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

/// More pixels of a layer change its products by less than their rounding does.
static constexpr int64_t kMostSamples = 1 << 17;
/// The least share of a channel's values that lie between its clamps, for a correction.
static constexpr double kLeastShare = 0.05;

namespace {

/// One network on its way.
class LayerRefiner {
public:
  LayerRefiner(ModuleOp floats, ModuleOp integers, const Calibration &calibration, Refinement refinement,
               const Options &options, Diagnostics &diagnostics);

  LogicalResult run(ArrayRef<std::vector<float>> pictures);

private:
  /// One tensor, a picture after the other.
  using PictureTensors = std::vector<TensorBytes>;

  void begin(ArrayRef<std::vector<float>> pictures);
  LogicalResult refine(mn::LayerOpInterface layer);
  LogicalResult roundFilter(mn::WeightedOpInterface layer, mn::WeightedOpInterface exact);
  TapMoments measureTaps(mn::WeightedOpInterface layer);
  FailureOr<PictureTensors> compute(mn::LayerOpInterface layer);
  LogicalResult correctBias(mn::WeightedOpInterface layer, ArrayRef<double> wanted, const PictureTensors &results);
  void forgetInputs(mn::LayerOpInterface layer);

  func::FuncOp network;
  const Calibration &calibration;
  Refinement refinement;
  const Options &options;
  Diagnostics &diagnostics;
  /// The layers with weights of the float network.
  llvm::StringMap<mn::WeightedOpInterface> exactLayers;
  /// What layers to come read.
  DenseMap<Value, PictureTensors> tensors;
};

} // namespace

static RankedTensorType getType(Value value) { return cast<RankedTensorType>(value.getType()); }

LayerRefiner::LayerRefiner(ModuleOp floats, ModuleOp integers, const Calibration &calibration, Refinement refinement,
                           const Options &options, Diagnostics &diagnostics)
    : network(findNetwork(integers)), calibration(calibration), refinement(refinement), options(options),
      diagnostics(diagnostics) {
  for (auto layer : findNetwork(floats).getOps<mn::WeightedOpInterface>())
    exactLayers[mn::getLocationName(layer->getLoc())] = layer;
}

void LayerRefiner::begin(ArrayRef<std::vector<float>> pictures) {
  BlockArgument input = network.getArgument(0);
  for (const std::vector<float> &picture : pictures)
    tensors[input].push_back(storeReals(picture, getType(input)));
}

FailureOr<LayerRefiner::PictureTensors> LayerRefiner::compute(mn::LayerOpInterface layer) {
  auto runner = LayerRunner::create(layer, options, diagnostics);
  if (failed(runner))
    return failure();
  SmallVector<Value> inputs = mn::listInputs(layer);
  PictureTensors results;
  for (size_t picture = 0; picture < tensors[inputs.front()].size(); ++picture) {
    SmallVector<const TensorBytes *> bytes;
    for (Value input : inputs)
      bytes.push_back(&tensors[input][picture]);
    auto result = (*runner)->run(bytes);
    if (failed(result))
      return failure();
    results.push_back(std::move(*result));
  }
  return results;
}

TapMoments LayerRefiner::measureTaps(mn::WeightedOpInterface layer) {
  TapMoments moments(layer);
  const PictureTensors &inputs = tensors[layer.getInput()];
  int64_t pixels = moments.countPixels() * static_cast<int64_t>(inputs.size());
  for (const TensorBytes &input : inputs)
    moments.add(loadReals(input, getType(layer.getInput())), llvm::divideCeil(pixels, kMostSamples));
  return moments;
}

/// Where the weight of a tap and an output of a group lies in a filter: those of an output channel stand side by side.
static int64_t findWeight(const TapMoments &moments, int64_t group, int64_t tap, int64_t output, int64_t outputs) {
  return (tap * moments.countGroups() + group) * outputs + output;
}

LogicalResult LayerRefiner::roundFilter(mn::WeightedOpInterface layer, mn::WeightedOpInterface exact) {
  auto weights = mn::readWeights(exact.getFilter());
  auto scales = mn::readWeights(layer.getScales());
  if (failed(weights) || failed(scales))
    return failure();
  TapMoments moments = measureTaps(layer);
  int64_t taps = moments.countTaps(), groups = moments.countGroups();
  auto outputs = static_cast<int64_t>(weights->size()) / (taps * groups);
  std::vector<int8_t> integers(weights->size());
  for (int64_t group = 0; group < groups; ++group) {
    WeightMatrix matrix{taps, outputs, {}, {}};
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t output = 0; output < outputs; ++output)
        matrix.weights.push_back((*weights)[findWeight(moments, group, tap, output, outputs)]);
    for (int64_t output = 0; output < outputs; ++output)
      matrix.scales.push_back(scales->size() == 1 ? scales->front() : (*scales)[group * outputs + output]);
    std::vector<int8_t> rounded =
        roundByProducts(matrix, moments.getProducts(group, refinement.correctsBias), moments.countSamples());
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t output = 0; output < outputs; ++output)
        integers[findWeight(moments, group, tap, output, outputs)] = rounded[tap * outputs + output];
  }
  setFilter(layer, integers);
  return success();
}

namespace {

/// What the values of one output channel are like.
struct ChannelResults {
  double sum = 0, between = 0, count = 0;
};

} // namespace

/// The results of each channel, as real numbers, and how many of them lie between the clamps of `layer`.
static std::vector<ChannelResults> summarize(mn::WeightedOpInterface layer, ArrayRef<TensorBytes> results) {
  RankedTensorType type = getType(layer->getResult(0));
  mn::IntegerRange range = mn::getActivationRange(layer.getActivation(), type);
  double scale = mn::getQuantization(type).getRealScale();
  int64_t zero = mn::getQuantization(type).getZeroPoint(), channels = type.getShape().back();
  std::vector<ChannelResults> all(channels);
  for (const TensorBytes &result : results)
    for (auto [index, byte] : llvm::enumerate(result)) {
      ChannelResults &channel = all[index % channels];
      auto integer = static_cast<int8_t>(byte);
      channel.sum += scale * (integer - zero);
      channel.between += integer > range.least && integer < range.most;
      ++channel.count;
    }
  return all;
}

LogicalResult LayerRefiner::correctBias(mn::WeightedOpInterface layer, ArrayRef<double> wanted,
                                        const PictureTensors &results) {
  std::vector<ChannelResults> found = summarize(layer, results);
  auto scales = mn::readWeights(layer.getScales());
  FailureOr<std::vector<int64_t>> bias = std::vector<int64_t>(wanted.size(), 0);
  if (layer.getBias())
    bias = mn::readIntegers(layer.getBias());
  if (failed(scales) || failed(bias))
    return failure();
  double inputScale = mn::getQuantization(layer.getInput()).getRealScale();
  std::vector<double> corrected;
  for (auto [index, channel] : llvm::enumerate(found)) {
    double share = std::max(channel.between / channel.count, kLeastShare);
    double step = inputScale * (scales->size() == 1 ? scales->front() : (*scales)[index]);
    corrected.push_back((*bias)[index] + (wanted[index] - channel.sum / channel.count) / share / step);
  }
  setBias(layer, corrected);
  return success();
}

LogicalResult LayerRefiner::refine(mn::LayerOpInterface layer) {
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  bool isInteger = weighted && weighted.getScales();
  auto exact = exactLayers.find(mn::getLocationName(layer->getLoc()));
  if (isInteger && refinement.roundsByProducts && exact != exactLayers.end() &&
      failed(roundFilter(weighted, exact->second)))
    return failure();
  auto results = compute(layer);
  auto known = calibration.tensors.find(mn::getTensorName(layer));
  if (succeeded(results) && isInteger && refinement.correctsBias && known != calibration.tensors.end()) {
    if (failed(correctBias(weighted, known->second.getMeans(), *results)))
      return failure();
    results = compute(layer);
  }
  if (failed(results))
    return failure();
  tensors[layer->getResult(0)] = std::move(*results);
  return success();
}

/// Drops the tensors that only `layer` and those before it read.
void LayerRefiner::forgetInputs(mn::LayerOpInterface layer) {
  for (Value input : mn::listInputs(layer))
    if (llvm::all_of(input.getUsers(), [&](Operation *user) { return !layer->isBeforeInBlock(user); }))
      tensors.erase(input);
}

LogicalResult LayerRefiner::run(ArrayRef<std::vector<float>> pictures) {
  begin(pictures);
  SmallVector<mn::LayerOpInterface> layers(network.getOps<mn::LayerOpInterface>());
  // Nothing reads what comes behind the last layer with weights.
  while (!layers.empty() && !isa<mn::WeightedOpInterface>(layers.back().getOperation()))
    layers.pop_back();
  ProgressBar bar;
  for (auto [index, layer] : llvm::enumerate(layers)) {
    bar.show(static_cast<double>(index) / layers.size(),
             fmt::format("{}refining {}", refinement.heading, mn::getTensorName(layer).str()));
    if (failed(refine(layer)))
      return failure();
    forgetInputs(layer);
  }
  eraseUnusedWeights(network);
  return success();
}

LogicalResult refineLayers(ModuleOp floats, ModuleOp integers, const Calibration &calibration,
                           ArrayRef<std::vector<float>> pictures, Refinement refinement, const Options &options,
                           Diagnostics &diagnostics) {
  return LayerRefiner(floats, integers, calibration, refinement, options, diagnostics).run(pictures);
}

} // namespace mncc
