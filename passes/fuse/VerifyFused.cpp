// SPDX-License-Identifier: Apache-2.0
// The tile stage and the kernels believe what the fuse stage promises, so the promise is checked once, where a broken
// one can still name its layer. It is also what keeps `--disable-pass` honest: a kernel for batch norms does not exist.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_VERIFYFUSEDPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// The pass that takes the free `activation` into `layer`, the layer before it that has none.
static StringRef getTakingPass(Operation *layer, Operation *activation) {
  if (!isConvolutionClamp(layer, activation))
    return "fuse-activation";
  return llvm::TypeSwitch<Operation *, StringRef>(layer)
      .Case<Conv2DOp>([](auto) { return "fuse-conv-bn-relu6"; })
      .Case<DepthwiseConv2DOp>([](auto) { return "fuse-depthwise-bn-relu6"; })
      .Default([](Operation *) { return "fuse-pointwise-bn-relu6"; });
}

/// The pass that should have removed `op`; empty where it may stay.
static StringRef getMissedPass(Operation *op) {
  if (isa<BatchNormOp>(op))
    return "fold-batch-norm";
  // Beside an image, a convolution may take a padded tensor as its skip.
  auto isConvolved = [&](Operation *user) {
    return isa<Conv2DOp, DepthwiseConv2DOp>(user) && user->getOperand(0) == op->getResult(0);
  };
  if (isa<PadOp>(op) && llvm::any_of(op->getUsers(), isConvolved))
    return "fold-padding";
  if (getFreeActivation(op) == Activation::None)
    return {};
  Operation *layer = op->getOperand(0).getDefiningOp();
  bool couldTake = layer && layer->hasOneUse() && getOwnActivation(layer) == Activation::None;
  return couldTake ? getTakingPass(layer, op) : StringRef();
}

/// One error for all layers that `pass` should have taken in, at the first.
static void report(StringRef pass, ArrayRef<LayerOpInterface> layers) {
  LayerOpInterface first = layers.front();
  auto diagnostic = first->emitError() << "expects no '" << first->getName() << "' here after the fuse stage";
  size_t others = layers.size() - 1;
  std::string more = others ? llvm::formatv(", and {0} more layer{1},", others, others > 1 ? "s" : "").str() : "";
  diagnostic.attachNote() << "the pass '" << pass << "' takes it" << more << " in: it must not be disabled";
}

namespace {

struct VerifyFused : mncc::impl::VerifyFusedPassBase<VerifyFused> {
  using VerifyFusedPassBase::VerifyFusedPassBase;

  void runOnOperation() override {
    llvm::MapVector<StringRef, SmallVector<LayerOpInterface>> missed;
    getOperation().walk([&](LayerOpInterface layer) {
      StringRef pass = getMissedPass(layer);
      // A disabled pass may leave its work undone, except that no kernel computes a batch norm.
      if (!pass.empty() && (!llvm::is_contained(disabled, pass) || isa<BatchNormOp>(layer)))
        missed[pass].push_back(layer);
    });
    for (auto &[pass, layers] : missed)
      report(pass, layers);
    if (!missed.empty())
      signalPassFailure();
  }
};

} // namespace
