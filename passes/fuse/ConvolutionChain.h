// SPDX-License-Identifier: Apache-2.0
// The chain convolution, batch norm, relu6 that MobileNets are made of, and its
// fusion into one layer.
#ifndef MNCC_PASSES_FUSE_CONVOLUTIONCHAIN_H
#define MNCC_PASSES_FUSE_CONVOLUTIONCHAIN_H

#include "dialects/mn/Mn.h"

namespace mncc {

/// Lets each layer of the kind `ConvOp` in `function` take in the batch norms
/// (none, one or several) and the relu or relu6 after it, where each is the
/// only user of the one before; a chain without a relu at its end is left
/// alone. The convolution keeps its location. Fails after reporting an error
/// where a batch norm cannot be folded.
template <typename ConvOp> mlir::LogicalResult fuseConvolutionChains(mlir::Operation *function);

/// As fuseConvolutionChains(), for one layer.
mlir::LogicalResult fuseConvolutionChain(mn::WeightedOpInterface layer);

template <typename ConvOp> mlir::LogicalResult fuseConvolutionChains(mlir::Operation *function) {
  llvm::SmallVector<ConvOp> convolutions;
  function->walk([&](ConvOp conv) { convolutions.push_back(conv); });
  for (ConvOp conv : convolutions)
    if (mlir::failed(fuseConvolutionChain(conv)))
      return mlir::failure();
  return mlir::success();
}

} // namespace mncc

#endif // MNCC_PASSES_FUSE_CONVOLUTIONCHAIN_H
