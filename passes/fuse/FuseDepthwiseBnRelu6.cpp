// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution does so little arithmetic that each separate pass
// over its result costs as much again; with its batch norm and relu6 inside,
// the result is written once.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/ConvolutionChain.h"

using namespace mlir;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FUSEDEPTHWISEBNRELU6PASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

struct FuseDepthwiseBnRelu6 : mncc::impl::FuseDepthwiseBnRelu6PassBase<FuseDepthwiseBnRelu6> {
  void runOnOperation() override {
    if (failed(mncc::fuseConvolutionChains<DepthwiseConv2DOp>(getOperation())))
      return signalPassFailure();
    mncc::eraseUnusedWeights(getOperation());
  }
};

} // namespace
