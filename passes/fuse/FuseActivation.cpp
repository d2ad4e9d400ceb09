// SPDX-License-Identifier: Apache-2.0
// An activation that stands alone reads and writes a whole tensor to do one step on each value; the layer before it can
// do that step before it writes. The bits do not change.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FUSEACTIVATIONPASS
#include "passes/Passes.h.inc"
} // namespace mncc

static bool canTake(LayerOpInterface layer, Operation *activation, bool clampsOnly) {
  Activation function = getFreeActivation(activation);
  return getOwnActivation(layer) == Activation::None && function != Activation::None &&
         (isClamp(function) || !clampsOnly) && !isConvolutionClamp(layer, activation);
}

namespace {

struct FuseActivation : mncc::impl::FuseActivationPassBase<FuseActivation> {
  using FuseActivationPassBase::FuseActivationPassBase;

  void runOnOperation() override {
    SmallVector<LayerOpInterface> layers;
    getOperation().walk([&](LayerOpInterface layer) {
      if (getOwnActivation(layer))
        layers.push_back(layer);
    });
    IRRewriter rewriter(&getContext());
    for (LayerOpInterface layer : layers) {
      Operation *next = getOnlyUser(layer->getResult(0));
      if (canTake(layer, next, clampsOnly))
        absorbActivation(rewriter, layer, cast<LayerOpInterface>(next));
    }
  }
};

} // namespace
