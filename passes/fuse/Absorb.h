// SPDX-License-Identifier: Apache-2.0
// What it takes for one layer to take in the layer after it.
#ifndef MNCC_PASSES_FUSE_ABSORB_H
#define MNCC_PASSES_FUSE_ABSORB_H

#include "dialects/mn/Mn.h"
#include "mlir/IR/PatternMatch.h"

#include <optional>

namespace mncc {

/// The op that holds the only use of `value`; null where there are several uses
/// or none.
mlir::Operation *getOnlyUser(mlir::Value value);

/// The function that a free activation layer (`mn.relu`, `mn.sigmoid`, …)
/// computes; `None` for every other op and null.
mn::Activation getFreeActivation(mlir::Operation *op);

/// The activation attribute of a layer that has one (a weighted layer,
/// `mn.add`, `mn.mul`); nothing for other ops.
std::optional<mn::Activation> getOwnActivation(mlir::Operation *op);

/// True where `activation` is a relu or relu6 on the bare sums of a convolution `layer`, which only the
/// fuse-…-bn-relu6 passes take: without them it stays a layer of its own.
bool isConvolutionClamp(mlir::Operation *layer, mlir::Operation *activation);

/// True for relu and relu6: one or two compare-and-selects.
bool isClamp(mn::Activation activation);

/// Lets `layer` stand for `taken`, the last step on `layer`'s result: records
/// the names, replaces the uses and erases `taken`. Both have the same result
/// type; the arithmetic of `taken` is already part of `layer`.
void absorb(mlir::RewriterBase &rewriter, mn::LayerOpInterface layer, mn::LayerOpInterface taken);

/// absorb() for the free activation `taken` that is the only user of `layer`,
/// whose own activation is `None` so far.
void absorbActivation(mlir::RewriterBase &rewriter, mn::LayerOpInterface layer, mn::LayerOpInterface taken);

/// Erases the weights in `function` that no layer reads any more.
void eraseUnusedWeights(mlir::Operation *function);

} // namespace mncc

#endif // MNCC_PASSES_FUSE_ABSORB_H
