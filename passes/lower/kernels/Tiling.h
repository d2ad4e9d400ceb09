// SPDX-License-Identifier: Apache-2.0
// How a kernel's output is cut into register tiles whose sizes are all known at compile time.
#ifndef MNCC_PASSES_LOWER_KERNELS_TILING_H
#define MNCC_PASSES_LOWER_KERNELS_TILING_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// `count` tiles of `size` that start at `first`.
struct TileRun {
  int64_t first, count, size;
};

/// Cuts `extent` into the fewest tiles of at most `size`, as equal as they can be: at most two runs, the larger first.
llvm::SmallVector<TileRun> cutEvenly(int64_t extent, int64_t size);

/// A run of panels: each `vectors` vectors of output channels wide, starting at channel vector `first`. Where
/// `lastLanes` is not 0, only that many lanes of the panel's last vector are stored.
struct PanelRun {
  int64_t first, count, vectors, lastLanes;
};

/// Cuts the channels of `output` into panels of `vectors` vectors of `lanes`; the rest makes a narrower panel, and a
/// panel whose last vector would be stored past the channels of an NHWC buffer stands alone.
llvm::SmallVector<PanelRun> cutPanels(const BufferShape &output, int64_t lanes, int64_t vectors);

/// The tiles or panels of all `runs`.
int64_t countTurns(llvm::ArrayRef<TileRun> runs);
int64_t countTurns(llvm::ArrayRef<PanelRun> runs);

/// Runs `body(tap, place)` for each tap of output `position` along one dimension that lies inside the image, ascending;
/// `place` is the input row or column under the tap. With `interior` the caller promises that all taps lie inside.
void forEachTap(KernelBuilder &b, const mn::Window &window, mlir::Value position, bool interior,
                llvm::function_ref<void(mlir::Value tap, mlir::Value place)> body, Unroll unroll = Unroll::No);

/// As forEachTap() where the input is a ring of `ring` rows, more than the window reaches over, and the window has no
/// dilation: `place` is the row's place in the ring. One loop up to the end of the ring and one from its start, in each
/// of which places follow each other.
void forEachTapOfRing(KernelBuilder &b, const mn::Window &window, mlir::Value position, int64_t ring,
                      llvm::function_ref<void(mlir::Value tap, mlir::Value place)> body);

/// How many taps forEachTap() visits.
mlir::Value countTaps(KernelBuilder &b, const mn::Window &window, mlir::Value position);

/// The border class of output `position` along `window` (see `mn.conv2d`: top rows, interior, bottom rows).
mlir::Value borderClass(KernelBuilder &b, const mn::Window &window, mlir::Value position);

/// Which columns a tile covers: all taps inside (`interior`), or one column whose taps are cut at run time.
struct ColumnRun {
  TileRun tiles;
  bool interior;
};
/// Cuts the output columns of `window` into border columns and interior tiles of at most `size`.
llvm::SmallVector<ColumnRun> cutColumns(const mn::Window &window, int64_t size);
/// The tiles of all `runs`.
int64_t countTurns(llvm::ArrayRef<ColumnRun> runs);

/// Cuts the output columns of `window` evenly into tiles of at most `size`; a tile with a border column is a run of its
/// own.
llvm::SmallVector<TileRun> cutAtBorders(const mn::Window &window, int64_t size);

/// Columns of a tile that have the same taps, [`firstTap`, `endTap`), and the same border class: `count` of them from
/// `first` on.
struct ColumnGroup {
  int64_t first, count, firstTap, endTap, borderClass;
};
/// The columns of the tiles `run`, which come from cutAtBorders().
llvm::SmallVector<ColumnGroup> groupColumns(const mn::Window &window, const TileRun &run);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_TILING_H
