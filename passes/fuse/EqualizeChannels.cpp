// SPDX-License-Identifier: Apache-2.0
// A tensor has one scale, so that a channel of small values gets few of its 256 integers. Multiplied by a factor before
// a clamp or nothing, and divided by it in the weights of the next layer, the channel gets more of them, for free
// (cross-layer equalisation, Nagel et al. 2019, by the magnitudes that calibration has seen).
#include "passes/fuse/EqualizeChannels.h"

#include "dialects/mn/WeightResource.h"
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/QuantizeWeights.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_EQUALIZECHANNELSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Beyond it, the rounding of the second layer's weights costs more than the channel gains.
static constexpr double kLargestFactor = 64;

/// The layer with weights that alone reads `first`, where scaled channels pass between them; else null.
static WeightedOpInterface findSecond(WeightedOpInterface first) {
  auto second = dyn_cast_or_null<WeightedOpInterface>(getOnlyUser(first->getResult(0)));
  Activation activation = first.getActivation();
  bool scales = activation == Activation::None || isClamp(activation);
  return second && second.getInput() == first->getResult(0) && scales && !first.getSkip() ? second
                                                                                          : WeightedOpInterface();
}

/// A depthwise layer has a scale for each of its input channels, so that factors cost it nothing; in the sums of
/// others, channels of large and of small weights meet: the geometric mean of both wishes.
static std::vector<double> chooseFactors(WeightedOpInterface first, Operation *second, ArrayRef<double> magnitudes) {
  double largest = first.getActivation() == Activation::Relu6 ? 6 : *llvm::max_element(magnitudes);
  std::vector<double> factors;
  for (double magnitude : magnitudes) {
    double factor = magnitude > 0 ? std::clamp(largest / magnitude, 1.0, kLargestFactor) : 1;
    factors.push_back(isa<DepthwiseConv2DOp>(second) ? factor : std::sqrt(factor));
  }
  return factors;
}

static ArrayRef<int64_t> getShape(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

/// A constant beside `layer` with `values` in the place of those behind `old`.
static Value replaceValues(WeightedOpInterface layer, Value old, ArrayRef<float> values, StringRef parameter) {
  OpBuilder builder(layer);
  return createWeights(builder, layer.getLoc(), (getTensorName(layer) + "_" + parameter).str(), getShape(old), values);
}

static LogicalResult multiplyOutputs(WeightedOpInterface layer, ArrayRef<double> factors) {
  auto filter = readWeights(layer.getFilter());
  if (failed(filter))
    return failure();
  for (auto [index, weight] : llvm::enumerate(*filter))
    weight = static_cast<float>(weight * factors[findOutputChannel(layer, index)]);
  layer.getFilterMutable().set(replaceValues(layer, layer.getFilter(), *filter, "kernel"));
  if (!layer.getBias())
    return success();
  auto bias = readWeights(layer.getBias());
  if (failed(bias))
    return failure();
  for (auto [value, factor] : llvm::zip_equal(*bias, factors))
    value = static_cast<float>(value * factor);
  layer.getBiasMutable().assign(replaceValues(layer, layer.getBias(), *bias, "bias"));
  return success();
}

static LogicalResult divideInputs(WeightedOpInterface layer, ArrayRef<double> factors) {
  auto filter = readWeights(layer.getFilter());
  if (failed(filter))
    return failure();
  for (auto [index, weight] : llvm::enumerate(*filter))
    weight = static_cast<float>(weight / factors[findInputChannel(layer, index)]);
  layer.getFilterMutable().set(replaceValues(layer, layer.getFilter(), *filter, "kernel"));
  return success();
}

/// Equalises the channels between `first` and the layer that alone reads it, where their magnitudes are known.
static LogicalResult equalize(WeightedOpInterface first, DictionaryAttr known) {
  WeightedOpInterface second = findSecond(first);
  auto magnitudes = known.getAs<DenseF64ArrayAttr>(getTensorName(first));
  if (!second || !magnitudes || magnitudes.size() != getShape(first->getResult(0)).back())
    return success();
  std::vector<double> factors = chooseFactors(first, second, magnitudes);
  return failure(failed(multiplyOutputs(first, factors)) || failed(divideInputs(second, factors)));
}

namespace {

struct EqualizeChannels : mncc::impl::EqualizeChannelsPassBase<EqualizeChannels> {
  using EqualizeChannelsPassBase::EqualizeChannelsPassBase;

  void runOnOperation() override {
    func::FuncOp network = getOperation();
    auto known = network->getAttrOfType<DictionaryAttr>(kMagnitudesAttr);
    SmallVector<WeightedOpInterface> layers(network.getOps<WeightedOpInterface>());
    for (WeightedOpInterface layer : layers)
      if (known && failed(equalize(layer, known)))
        return signalPassFailure();
    eraseUnusedWeights(network);
    network->removeAttr(kMagnitudesAttr);
  }
};

} // namespace
