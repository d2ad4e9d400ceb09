// SPDX-License-Identifier: Apache-2.0
// The first layer of a MobileNet has its largest result, so its batch norm and
// relu6 are the most expensive ones to leave outside.
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/ConvolutionChain.h"

using namespace mlir;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FUSECONVBNRELU6PASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

struct FuseConvBnRelu6 : mncc::impl::FuseConvBnRelu6PassBase<FuseConvBnRelu6> {
  void runOnOperation() override {
    if (failed(mncc::fuseConvolutionChains<Conv2DOp>(getOperation())))
      return signalPassFailure();
    mncc::eraseUnusedWeights(getOperation());
  }
};

} // namespace
