// SPDX-License-Identifier: Apache-2.0
// Where a resize samples each row and column of its result, known at compile time: three numbers for each row, then for
// each column: the two places that are mixed, and the share of the second.
#ifndef MNCC_PASSES_LOWER_RESIZETABLE_H
#define MNCC_PASSES_LOWER_RESIZETABLE_H

#include "dialects/mn/Mn.h"

#include <vector>

namespace mncc::lower {

/// Numbers of the table of `op`.
int64_t countResizeEntries(mn::ResizeOp op);

/// The table for floats (TFLite's reference kernels RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR).
std::vector<float> makeResizeTable(mn::ResizeOp op);

/// How a resize of integers mixes neighbours.
enum class ResizeShares {
  /// It takes the nearest: there are no shares.
  None,
  /// In units of 1/1024: int8 in TFLite's reference kernel (reference/resize_bilinear.h, ResizeBilinearInteger).
  Fine,
  /// In units of 1/2048: XNNPACK's indirection (src/indirection.c, xnn_indirection_init_resize_bilinear2d_hwc_q11).
  Finer,
  /// In floats: uint8 in TFLite's reference kernel (ResizeBilinear).
  Floats
};

/// That of `op`, a layer of integers as it was imported or as choose-storage has left it.
ResizeShares getResizeShares(mn::ResizeOp op);

/// The table for integers, whose shares are those of getResizeShares(): floats by their bits.
std::vector<int32_t> makeIntegerResizeTable(mn::ResizeOp op);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_RESIZETABLE_H
