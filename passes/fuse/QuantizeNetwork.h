// SPDX-License-Identifier: Apache-2.0
// What the pass quantize-network reads off a function.
#ifndef MNCC_PASSES_FUSE_QUANTIZENETWORK_H
#define MNCC_PASSES_FUSE_QUANTIZENETWORK_H

#include "mlir/Pass/PassManager.h"

namespace mncc {

/// Attribute of the network's function (dictionary): least and largest value of each tensor by its name, as
/// `array<f64: least, most>`.
inline constexpr llvm::StringLiteral kRangesAttr = "mn.ranges";
/// Attribute of the network's function (dictionary): the mean of each channel of tensors by their names, as
/// `array<f64: …>`.
inline constexpr llvm::StringLiteral kMeansAttr = "mn.means";

/// Whether `op` moves or compares values, so that its result has the scale of its input.
bool keepsScale(mlir::Operation *op);

/// Adds the passes that make of an imported network one that quantize-network takes: those of the fuse stage, but
/// residual sums stay layers, as do activations that have no form on integers within another layer.
void buildQuantizablePipeline(mlir::OpPassManager &manager);

} // namespace mncc

#endif // MNCC_PASSES_FUSE_QUANTIZENETWORK_H
