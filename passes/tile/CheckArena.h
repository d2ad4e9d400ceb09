// SPDX-License-Identifier: Apache-2.0
// The proof that a plan of the arena is sound.
#ifndef MNCC_PASSES_TILE_CHECKARENA_H
#define MNCC_PASSES_TILE_CHECKARENA_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mncc::tile {

/// Checks the placements of all layers of `network`, whoever made them: each lies in the arena (of the module's
/// `mn.arena_bytes`) or is the result that the network returns there, is as large as its layout needs, and no layer
/// writes where a tensor lies that is read then or later, unless it reads that tensor value by value for the last time.
/// Reports the first violation at the writing layer, with a note at the other one, and fails.
mlir::LogicalResult checkArena(mlir::func::FuncOp network);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_CHECKARENA_H
