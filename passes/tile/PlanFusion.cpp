// SPDX-License-Identifier: Apache-2.0
// Which layers run through row rings: chains whose tensors do not stay in the caches, where the bytes that need not
// travel are worth more than what the work loses by being cut into strips.
#include "dialects/mn/Quantization.h"
#include "dialects/mn/Strips.h"
#include "passes/Passes.h"
#include "passes/tile/FusionCost.h"
#include "passes/tile/RequireTarget.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PLANFUSIONPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Layers of the longest chain that is weighed: two blocks and what leads to them.
static constexpr size_t kMostLayers = 8;

/// Weights go with their layer into the region.
static bool hasConstantWeights(mn::WeightedOpInterface layer) {
  return layer.getFilter().getDefiningOp<mn::ConstantOp>() &&
         (!layer.getBias() || layer.getBias().getDefiningOp<mn::ConstantOp>());
}

/// The layer that alone reads the result of `layer` as its input, and may follow it in a chain; or null.
static mn::WeightedOpInterface nextInChain(mn::WeightedOpInterface layer) {
  Value result = layer->getResult(0);
  auto next = result.hasOneUse() ? dyn_cast<mn::WeightedOpInterface>(*result.user_begin()) : nullptr;
  bool follows = next && next.getInput() == result && !layer.getSkip();
  bool isKnown = isa_and_nonnull<mn::PointwiseConv2DOp, mn::DepthwiseConv2DOp>(next.getOperation());
  return follows && isKnown && hasConstantWeights(next) ? next : nullptr;
}

/// Builds the chain of `layers` in front of the last of them, whose strip is `strip`, from copies; null where their
/// rows do not fit together.
static mn::FusedOp buildChain(ArrayRef<mn::WeightedOpInterface> layers, int64_t strip) {
  SmallVector<mn::Window> windows;
  for (mn::WeightedOpInterface layer : layers)
    windows.push_back(mn::getWindow(layer, 0));
  std::optional<tile::Strips> rows = tile::chooseStrips(windows, strip);
  if (!rows)
    return nullptr;
  mn::WeightedOpInterface first = layers.front(), last = layers.back();
  SmallVector<Value> inputs{first.getInput()};
  if (last.getSkip() && last.getSkip() != first.getInput())
    inputs.push_back(last.getSkip());
  OpBuilder builder(last);
  auto chain =
      mn::FusedOp::create(builder, first.getLoc(), last->getResult(0).getType(), inputs, rows->strips, rows->rings);
  Block &body = chain.getBody().emplaceBlock();
  IRMapping mapping;
  for (Value input : inputs)
    mapping.map(input, body.addArgument(input.getType(), input.getLoc()));
  builder.setInsertionPointToStart(&body);
  for (mn::WeightedOpInterface layer : layers) {
    for (Value operand : layer->getOperands())
      if (auto constant = operand.getDefiningOp<mn::ConstantOp>(); constant && !mapping.contains(operand))
        builder.clone(*constant, mapping);
    builder.clone(*layer, mapping);
  }
  mn::YieldOp::create(builder, last.getLoc(), mapping.lookup(last->getResult(0)));
  return chain;
}

namespace {

struct PlanFusion : mncc::impl::PlanFusionPassBase<PlanFusion> {
  using PlanFusionPassBase::PlanFusionPassBase;

  void runOnOperation() override {
    target = tile::requireTarget(getOperation());
    if (!target)
      return signalPassFailure();
    // Threads share the rows of one layer at a time.
    if (mn::getThreads(getOperation()->getParentOfType<ModuleOp>()) > 1 ||
        target.getInteger("beyond_l2_bytes_per_100_cycles") == 0)
      return;
    SmallVector<mn::WeightedOpInterface> layers(getOperation().getOps<mn::WeightedOpInterface>());
    SmallVector<Choice> choices(layers.size());
    for (auto [index, layer] : llvm::enumerate(layers))
      choices[index] = chooseFrom(layer);
    for (const Choice &choice : pickDisjoint(layers, choices))
      fuse(choice);
  }

private:
  /// A chain, the strip of its last layer and the cycles that it saves; without layers where none does.
  struct Choice {
    SmallVector<mn::WeightedOpInterface> layers;
    int64_t strip = 1;
    double saved = 0;
  };

  /// The best chain that begins with `first`.
  Choice chooseFrom(mn::WeightedOpInterface first) {
    Choice best;
    SmallVector<mn::WeightedOpInterface> layers{first};
    // Rings of integers are not measured yet.
    if (isa<mn::FullyConnectedOp>(first.getOperation()) || !hasConstantWeights(first) || mn::isQuantized(first))
      return best;
    while (layers.size() < kMostLayers) {
      mn::WeightedOpInterface next = nextInChain(layers.back());
      if (!next)
        break;
      layers.push_back(next);
      int64_t height = mn::getImageShape(next->getResult(0)).height;
      for (int64_t strip = 1; strip <= height / 2; ++strip) {
        double saved = height % strip == 0 ? countSaved(layers, strip) : 0;
        if (saved > best.saved)
          best = {layers, strip, saved};
      }
    }
    return best;
  }

  double countSaved(ArrayRef<mn::WeightedOpInterface> layers, int64_t strip) {
    mn::FusedOp chain = buildChain(layers, strip);
    if (!chain)
      return 0;
    double saved = tile::countSavedCycles(chain, layers, target);
    chain.erase();
    return saved;
  }

  /// The choices that share no layer and together save the most: layer by layer from the end, each either begins its
  /// chain or does not.
  static SmallVector<Choice> pickDisjoint(ArrayRef<mn::WeightedOpInterface> layers, ArrayRef<Choice> choices) {
    DenseMap<Operation *, size_t> places;
    for (auto [index, layer] : llvm::enumerate(layers))
      places[layer] = index;
    SmallVector<double> saved(layers.size() + 1, 0);
    SmallVector<bool> begins(layers.size(), false);
    auto placeAfter = [&](const Choice &choice) { return places[choice.layers.back()] + 1; };
    for (size_t index = layers.size(); index-- > 0;) {
      saved[index] = saved[index + 1];
      if (choices[index].layers.empty())
        continue;
      double with = choices[index].saved + saved[placeAfter(choices[index])];
      if (with > saved[index])
        saved[index] = with, begins[index] = true;
    }
    SmallVector<Choice> picked;
    for (size_t index = 0; index < layers.size();) {
      if (begins[index])
        picked.push_back(choices[index]);
      index = begins[index] ? placeAfter(choices[index]) : index + 1;
    }
    return picked;
  }

  void fuse(const Choice &choice) {
    mn::FusedOp chain = buildChain(choice.layers, choice.strip);
    if (explain)
      chain.emitRemark() << tile::explainFusion(chain, choice.layers, target);
    mn::WeightedOpInterface last = choice.layers.back();
    last->getResult(0).replaceAllUsesWith(chain.getResult());
    for (mn::WeightedOpInterface layer : llvm::reverse(choice.layers)) {
      SmallVector<Value> operands(layer->getOperands());
      layer.erase();
      for (Value operand : operands)
        if (auto constant = operand.getDefiningOp<mn::ConstantOp>(); constant && constant->use_empty())
          constant.erase();
    }
  }

  mn::TargetAttr target;
};

} // namespace
