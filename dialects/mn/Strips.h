// SPDX-License-Identifier: Apache-2.0
// The rows of `mn.fused`: how many each layer computes in each turn, and how many of them must be kept.
#ifndef MNCC_DIALECTS_MN_STRIPS_H
#define MNCC_DIALECTS_MN_STRIPS_H

#include "dialects/mn/Shapes.h"

namespace mncc::mn {

/// Rows of `rows.input` that the first `count` outputs of a window need: from row 0 to the last one under a tap.
int64_t countInputRows(const Window &rows, int64_t count);

/// How many rows layer `index` of a chain has computed after `turns` turns; `windows` are the chain's along height,
/// `strips` as in `mn.fused`. Rows are counted up to the height of the layer's result, which its strip divides.
int64_t countRowsAfter(llvm::ArrayRef<Window> windows, llvm::ArrayRef<int64_t> strips, size_t index, int64_t turns);

/// The least multiple of `strips[index]` that suffices as the ring of layer `index`: no row is overwritten that the
/// next layer has still to read. At most the height of the layer's result.
int64_t countLeastRing(llvm::ArrayRef<Window> windows, llvm::ArrayRef<int64_t> strips, size_t index);

/// The windows along height of the layers of `op`.
llvm::SmallVector<Window> getRowWindows(FusedOp op);

/// The place of `layer` in the chain of the `mn.fused` around it, or nothing.
std::optional<size_t> getFusedIndex(mlir::Operation *layer);

/// The rows that one run of the kernel of `layer` computes: its strip inside `mn.fused`, else all rows of its result.
int64_t getStripRows(mlir::Operation *layer);

/// The window along height of `layer` over as much input as one run of its kernel needs.
Window getStripWindow(mlir::Operation *layer);

/// The rows of the result of `layer` that are in memory: its ring inside `mn.fused`, else all.
int64_t getRingRows(mlir::Operation *layer);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_STRIPS_H
