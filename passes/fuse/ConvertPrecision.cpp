// SPDX-License-Identifier: Apache-2.0
// In 16 bits, tensors take half of the memory, and one instruction multiplies twice as many. What is rounded is said by
// the types of the tensors, so that no later pass needs to know the option.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/FilterRounding.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_CONVERTPRECISIONPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// What the caller reads, and what goes into an exponential, stays in full.
static bool staysWide(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) { return isa<func::ReturnOp, SoftmaxOp>(user); });
}

/// Depthwise filters are few, and no instruction multiplies bf16 without adding up: their kernels multiply in f32 then.
static bool isMultipliedNarrow(WeightedOpInterface layer, FloatType precision) {
  bool isWide = precision.isBF16() && isa<DepthwiseConv2DOp>(layer.getOperation());
  return !isWide && getElementTypeOrSelf(layer.getInput()) == precision;
}

namespace {

struct ConvertPrecision : mncc::impl::ConvertPrecisionPassBase<ConvertPrecision> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    FloatType precision = module ? getPrecision(module) : FloatType();
    if (!precision || precision.isF32())
      return;
    for (auto layer : getOperation().getOps<LayerOpInterface>()) {
      auto weighted = dyn_cast<WeightedOpInterface>(layer.getOperation());
      if (weighted && isMultipliedNarrow(weighted, precision) && failed(roundFilter(weighted, precision)))
        return signalPassFailure();
      Value result = layer->getResult(0);
      if (!staysWide(result))
        result.setType(cast<ShapedType>(result.getType()).clone(precision));
    }
    eraseUnusedWeights(getOperation());
  }
};

} // namespace
