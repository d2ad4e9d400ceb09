// SPDX-License-Identifier: Apache-2.0
// Pointwise convolutions make most of a MobileNet's activations; clamping them
// while they are still in registers saves a pass over memory a layer.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/ConvolutionChain.h"

using namespace mlir;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FUSEPOINTWISEBNRELU6PASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

struct FusePointwiseBnRelu6 : mncc::impl::FusePointwiseBnRelu6PassBase<FusePointwiseBnRelu6> {
  void runOnOperation() override {
    if (failed(mncc::fuseConvolutionChains<PointwiseConv2DOp>(getOperation())))
      return signalPassFailure();
    mncc::eraseUnusedWeights(getOperation());
  }
};

} // namespace
