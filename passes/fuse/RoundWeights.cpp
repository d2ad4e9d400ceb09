// SPDX-License-Identifier: Apache-2.0
// Stored in 16 bits, weights take half of the flash. The rounding stands here, in the IR, because it defines the
// network: from here on the evaluator, every row and the C++ read the same values.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/FilterRounding.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_ROUNDWEIGHTSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

struct RoundWeights : mncc::impl::RoundWeightsPassBase<RoundWeights> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    FloatType format = module ? getWeightsFormat(module) : FloatType();
    if (!format || format.isF32())
      return;
    WalkResult result = getOperation().walk([&](WeightedOpInterface layer) {
      return failed(roundFilter(layer, format)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    eraseUnusedWeights(getOperation());
  }
};

} // namespace
