// SPDX-License-Identifier: Apache-2.0
// The sum at the end of an inverted residual block (MobileNetV2 paper, section 3.3) reads two tensors and writes a
// third; inside the convolution it reads one, while the other is still in registers.
#include "dialects/mn/Quantization.h"
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"

#include "mlir/IR/Dominance.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FUSERESIDUALADDPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// The layer that defines `value` where it can add `other` to its sums: nobody else reads `value`, and nothing happens
/// between the sum and `add`.
static WeightedOpInterface getTaker(AddOp add, Value value, Value other) {
  auto layer = value.getDefiningOp<WeightedOpInterface>();
  if (!layer || getOnlyUser(value) != add || layer.getSkip() || layer.getActivation() != Activation::None)
    return {};
  if (isQuantized(add))
    return {};
  bool isBroadcast = value.getType() != add.getType() || other.getType() != add.getType();
  return isBroadcast ? WeightedOpInterface() : layer;
}

/// The layer that takes `add` in; of two that could, the later one, which sees the other's result where it stands.
static WeightedOpInterface chooseTaker(AddOp add) {
  WeightedOpInterface left = getTaker(add, add.getLhs(), add.getRhs());
  WeightedOpInterface right = getTaker(add, add.getRhs(), add.getLhs());
  if (!left || !right)
    return left ? left : right;
  return left->isBeforeInBlock(right) ? right : left;
}

static void takeAdd(RewriterBase &rewriter, WeightedOpInterface layer, AddOp add) {
  Value skip = add.getLhs() == layer->getResult(0) ? add.getRhs() : add.getLhs();
  // Only `add` waits for the layer's result, so the layer may wait for `skip`.
  if (!DominanceInfo().properlyDominates(skip, layer))
    rewriter.moveOpBefore(layer, add);
  rewriter.modifyOpInPlace(layer, [&] {
    layer.getSkipMutable().assign(skip);
    layer.setActivation(add.getActivation());
  });
  absorb(rewriter, layer, add);

  Operation *next = getOnlyUser(layer->getResult(0));
  if (layer.getActivation() == Activation::None && getFreeActivation(next) != Activation::None)
    absorbActivation(rewriter, layer, cast<LayerOpInterface>(next));
}

namespace {

struct FuseResidualAdd : mncc::impl::FuseResidualAddPassBase<FuseResidualAdd> {
  void runOnOperation() override {
    SmallVector<AddOp> adds;
    getOperation().walk([&](AddOp add) { adds.push_back(add); });
    IRRewriter rewriter(&getContext());
    for (AddOp add : adds)
      if (WeightedOpInterface layer = chooseTaker(add))
        takeAdd(rewriter, layer, add);
  }
};

} // namespace
