// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse/BatchNormFolding.h"
#include "dialects/mn/WeightResource.h"
#include "passes/fuse/Absorb.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace {

/// A batch norm as it is folded: channel c becomes beta[c] + (x - mean[c]) *
/// scale[c].
struct Normalization {
  std::vector<double> scale;
  std::vector<float> mean, beta;
};

} // namespace

static FailureOr<Normalization> readNormalization(BatchNormOp norm) {
  auto gamma = readWeights(norm.getGamma()), beta = readWeights(norm.getBeta());
  auto mean = readWeights(norm.getMean()), variance = readWeights(norm.getVariance());
  if (failed(gamma) || failed(beta) || failed(mean) || failed(variance))
    return failure();
  Normalization result{{}, *mean, *beta};
  for (auto [channel, value] : llvm::enumerate(*variance)) {
    double sum = double(value) + norm.getEpsilon().convertToDouble();
    if (!(sum > 0)) {
      auto diagnostic = norm.emitError() << "expects variance + epsilon above 0, found " << sum << " in channel "
                                         << channel;
      diagnostic.attachNote() << "the variance is " << double(value) << ": check the weights, or raise 'epsilon'";
      return diagnostic;
    }
    result.scale.push_back(double((*gamma)[channel]) / std::sqrt(sum));
  }
  return result;
}

/// `values` rounded to f32; channels run fastest.
static FailureOr<std::vector<float>> roundFolded(BatchNormOp norm, StringRef what, ArrayRef<double> values,
                                                 size_t channels) {
  std::vector<float> rounded;
  for (auto [index, value] : llvm::enumerate(values)) {
    rounded.push_back(float(value));
    if (std::isfinite(rounded.back()))
      continue;
    auto diagnostic = norm.emitError() << "expects weights that stay finite when folded, found a " << what
                                       << " value of " << value << " in channel " << index % channels;
    diagnostic.attachNote() << "check the weights of this layer and of the layer before it";
    return diagnostic;
  }
  return rounded;
}

static FailureOr<std::vector<float>> foldFilter(WeightedOpInterface layer, BatchNormOp norm,
                                                const Normalization &normalization) {
  auto filter = readWeights(layer.getFilter());
  if (failed(filter))
    return failure();
  size_t channels = normalization.scale.size();
  std::vector<double> folded;
  for (auto [index, value] : llvm::enumerate(*filter))
    folded.push_back(double(value) * normalization.scale[index % channels]);
  return roundFolded(norm, "filter", folded, channels);
}

static FailureOr<std::vector<float>> foldBias(WeightedOpInterface layer, BatchNormOp norm,
                                              const Normalization &normalization) {
  size_t channels = normalization.scale.size();
  std::vector<float> bias(channels);
  if (layer.getBias()) {
    auto values = readWeights(layer.getBias());
    if (failed(values))
      return failure();
    bias = *values;
  }
  std::vector<double> folded;
  for (auto [index, value] : llvm::enumerate(bias)) {
    size_t channel = index % channels;
    double difference = double(value) - double(normalization.mean[channel]);
    folded.push_back(double(normalization.beta[channel]) + difference * normalization.scale[channel]);
  }
  auto rounded = roundFolded(norm, "bias", folded, channels);
  // Adding +0 turns -0 into +0 and changes nothing else.
  if (succeeded(rounded))
    for (float &value : *rounded)
      value += 0.0f;
  return rounded;
}

bool mncc::canFoldBatchNorm(WeightedOpInterface layer, BatchNormOp norm) {
  return getOnlyUser(layer->getResult(0)) == norm && !layer.getSkip() && layer.getActivation() == Activation::None;
}

LogicalResult mncc::foldBatchNorm(RewriterBase &rewriter, WeightedOpInterface layer, BatchNormOp norm) {
  auto normalization = readNormalization(norm);
  if (failed(normalization))
    return failure();
  auto filter = foldFilter(layer, norm, *normalization);
  if (failed(filter))
    return failure();
  auto bias = foldBias(layer, norm, *normalization);
  if (failed(bias))
    return failure();

  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPoint(layer);
  std::string name = getLocationName(layer->getLoc()).str();
  auto filterShape = cast<ShapedType>(layer.getFilter().getType()).getShape();
  SmallVector<int64_t> biasShape{int64_t(normalization->scale.size())};
  if (layer.getBias())
    biasShape = llvm::to_vector(cast<ShapedType>(layer.getBias().getType()).getShape());
  auto newFilter = createWeights(rewriter, layer->getLoc(), name + "_kernel", filterShape, *filter);
  auto newBias = createWeights(rewriter, layer->getLoc(), name + "_bias", biasShape, *bias);
  rewriter.modifyOpInPlace(layer, [&] {
    layer.getFilterMutable().assign(newFilter);
    layer.getBiasMutable().assign(newBias);
  });
  absorb(rewriter, layer, norm);
  return success();
}
