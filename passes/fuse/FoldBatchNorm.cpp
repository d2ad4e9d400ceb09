// SPDX-License-Identifier: Apache-2.0
// With frozen statistics a batch norm is a multiplication and an addition per
// channel, and the weights before it can do both for free. One without such
// weights before it becomes a 1x1 depthwise convolution, so no kernel knows
// batch norms.
#include "dialects/mn/WeightResource.h"
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/BatchNormFolding.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FOLDBATCHNORMPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// The same batch norm between two reshapes, where the input has rank 2 or 3:
/// convolutions take images.
static BatchNormOp raiseToImage(RewriterBase &rewriter, BatchNormOp norm) {
  auto type = cast<RankedTensorType>(norm.getType());
  if (type.getRank() == 4)
    return norm;
  SmallVector<int64_t> shape(4, 1);
  llvm::copy(llvm::reverse(type.getShape().drop_front()), shape.rbegin());
  RankedTensorType imageType = type.clone(shape);

  rewriter.setInsertionPoint(norm);
  auto image = ReshapeOp::create(rewriter, norm.getLoc(), imageType, norm.getInput());
  auto raised = cast<BatchNormOp>(rewriter.clone(*norm));
  raised.getInputMutable().assign(image.getOutput());
  raised.getOutput().setType(imageType);
  rewriter.replaceOpWithNewOp<ReshapeOp>(norm, type, raised.getOutput());
  return raised;
}

/// A depthwise convolution by 1, which it makes the input of `norm`.
static WeightedOpInterface insertUnitConvolution(RewriterBase &rewriter, BatchNormOp norm) {
  int64_t channels = cast<RankedTensorType>(norm.getType()).getShape().back();
  std::vector<float> ones(channels, 1.0f);
  rewriter.setInsertionPoint(norm);
  auto filter = createWeights(rewriter, norm.getLoc(), (getLocationName(norm.getLoc()) + "_kernel").str(),
                              {1, 1, channels, 1}, ones);
  auto conv = DepthwiseConv2DOp::create(rewriter, norm.getLoc(), norm.getType(), norm.getInput(), filter,
                                        /*bias=*/Value(), /*scales=*/Value(), /*skip=*/Value(), /*strides=*/{1, 1},
                                        /*padding=*/{0, 0, 0, 0}, /*dilations=*/{1, 1}, /*filter_zero_point=*/0,
                                        Activation::None, /*fused=*/nullptr, /*layout=*/nullptr, /*schedule=*/nullptr,
                                        /*placement=*/nullptr, /*numerics=*/nullptr);
  norm.getInputMutable().assign(conv.getOutput());
  return conv;
}

static LogicalResult foldIntoNewConvolution(RewriterBase &rewriter, BatchNormOp norm) {
  norm = raiseToImage(rewriter, norm);
  WeightedOpInterface conv = insertUnitConvolution(rewriter, norm);
  if (failed(foldBatchNorm(rewriter, conv, norm)))
    return failure();
  Operation *next = getOnlyUser(conv->getResult(0));
  if (isClamp(getFreeActivation(next)))
    absorbActivation(rewriter, conv, cast<LayerOpInterface>(next));
  return success();
}

static LogicalResult foldAway(RewriterBase &rewriter, BatchNormOp norm) {
  auto layer = norm.getInput().getDefiningOp<WeightedOpInterface>();
  if (layer && canFoldBatchNorm(layer, norm))
    return foldBatchNorm(rewriter, layer, norm);
  return foldIntoNewConvolution(rewriter, norm);
}

namespace {

struct FoldBatchNorm : mncc::impl::FoldBatchNormPassBase<FoldBatchNorm> {
  void runOnOperation() override {
    SmallVector<BatchNormOp> norms;
    getOperation().walk([&](BatchNormOp norm) { norms.push_back(norm); });
    IRRewriter rewriter(&getContext());
    for (BatchNormOp norm : norms)
      if (failed(foldAway(rewriter, norm)))
        return signalPassFailure();
    mncc::eraseUnusedWeights(getOperation());
  }
};

} // namespace
