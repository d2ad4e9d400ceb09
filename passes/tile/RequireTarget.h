// SPDX-License-Identifier: Apache-2.0
// The row of the target table that the passes of the tile stage decide by.
#ifndef MNCC_PASSES_TILE_REQUIRETARGET_H
#define MNCC_PASSES_TILE_REQUIRETARGET_H

#include "dialects/mn/Mn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mncc::tile {

/// The target of the module around `network`; null after a located error where there is none.
mn::TargetAttr requireTarget(mlir::func::FuncOp network);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_REQUIRETARGET_H
