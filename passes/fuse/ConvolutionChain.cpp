// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse/ConvolutionChain.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/BatchNormFolding.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

LogicalResult mncc::fuseConvolutionChain(WeightedOpInterface layer) {
  if (layer.getActivation() != Activation::None || layer.getSkip())
    return success();
  SmallVector<BatchNormOp> norms;
  Operation *next = getOnlyUser(layer->getResult(0));
  while (auto norm = dyn_cast_or_null<BatchNormOp>(next)) {
    norms.push_back(norm);
    next = getOnlyUser(norm.getOutput());
  }
  if (!isClamp(getFreeActivation(next)))
    return success();

  IRRewriter rewriter(layer.getContext());
  for (BatchNormOp norm : norms)
    if (failed(foldBatchNorm(rewriter, layer, norm)))
      return failure();
  absorbActivation(rewriter, layer, cast<LayerOpInterface>(next));
  return success();
}
