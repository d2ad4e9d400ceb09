// SPDX-License-Identifier: Apache-2.0
// The arithmetic of folding a batch norm into the weights before it, shared by
// every pass that does so: which pass folds a batch norm never changes a bit of
// the network.
#ifndef MNCC_PASSES_FUSE_BATCHNORMFOLDING_H
#define MNCC_PASSES_FUSE_BATCHNORMFOLDING_H

#include "dialects/mn/Mn.h"
#include "mlir/IR/PatternMatch.h"

namespace mncc {

/// True where `norm` can become part of `layer`, which defines its input:
/// `norm` is the only user, and nothing (skip, activation) happens between the
/// sum and `norm`.
bool canFoldBatchNorm(mn::WeightedOpInterface layer, mn::BatchNormOp norm);

/// Folds `norm` into the filter and bias of `layer` and absorbs it. In double
/// precision, rounded to f32 once at the end:
///
///     scale = gamma / sqrt(variance + epsilon);   filter' = filter * scale;
///     bias' = beta + (bias - mean) * scale
///
/// with a missing bias as 0 and a resulting -0 as +0. Reports an error at
/// `norm` and fails, leaving both unchanged, where variance + epsilon is not
/// above 0 or a result is not finite; expects canFoldBatchNorm().
mlir::LogicalResult foldBatchNorm(mlir::RewriterBase &rewriter, mn::WeightedOpInterface layer, mn::BatchNormOp norm);

} // namespace mncc

#endif // MNCC_PASSES_FUSE_BATCHNORMFOLDING_H
