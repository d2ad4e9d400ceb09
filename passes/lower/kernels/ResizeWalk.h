// SPDX-License-Identifier: Apache-2.0
// What a resize of floats and one of integers have in common: the walk over the result, and entries of a table.
#ifndef MNCC_PASSES_LOWER_KERNELS_RESIZEWALK_H
#define MNCC_PASSES_LOWER_KERNELS_RESIZEWALK_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// Where one row or column of the result is sampled: two places, and the share of the second.
struct ResizeSample {
  mlir::Value first, second, share;
};

/// Runs `body` for each vector of channels of each pixel of `output`, with where its row and its column are sampled and
/// where it lies. `read` reads an entry of the table (ResizeTable.h) by its number: rows first, then columns.
void forEachResult(KernelBuilder &b, const Buffer &output, llvm::function_ref<ResizeSample(mlir::Value entry)> read,
                   llvm::function_ref<void(mlir::Value channelVector, const ResizeSample &row,
                                           const ResizeSample &column, mlir::Value address)>
                       body);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_RESIZEWALK_H
