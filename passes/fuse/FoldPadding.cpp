// SPDX-License-Identifier: Apache-2.0
// A convolution skips taps outside its image anyway, so a separate pass over memory that writes zeros around the image
// is pure waste. Pooling is left alone: there a padded zero counts.
#include "dialects/mn/Shapes.h"
#include "passes/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FOLDPADDINGPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

template <typename ConvOp> struct FoldPaddingIntoConv : OpRewritePattern<ConvOp> {
  using OpRewritePattern<ConvOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(ConvOp conv, PatternRewriter &rewriter) const override {
    auto pad = conv.getInput().template getDefiningOp<PadOp>();
    if (!pad)
      return failure();
    SmallVector<int64_t> padding(conv.getPadding());
    for (auto [total, more] : llvm::zip(padding, pad.getPadding()))
      total += more;
    rewriter.modifyOpInPlace(conv, [&] {
      conv.getInputMutable().assign(pad.getInput());
      conv.setPadding(padding);
    });
    return success();
  }
};

struct FoldPadding : mncc::impl::FoldPaddingPassBase<FoldPadding> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<FoldPaddingIntoConv<Conv2DOp>, FoldPaddingIntoConv<DepthwiseConv2DOp>>(&getContext());
    // Weights stay beside the layers that read them, with their locations.
    auto config = GreedyRewriteConfig().enableConstantCSE(false);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns), config)))
      signalPassFailure();
  }
};

} // namespace
