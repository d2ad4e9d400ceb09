// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_TILE_EXPLAIN_H
#define MNCC_PASSES_TILE_EXPLAIN_H

#include "dialects/mn/Mn.h"

namespace mncc::tile {

/// True where choose-tiles weighed tiles for `op`: convolutions, fully connected layers and pools.
bool hasChosenTile(mlir::Operation *op);

/// Why the schedule of `layer` is what it is, in one line made of the row's numbers; the schedule may be any, the layer
/// one of hasChosenTile().
std::string explainSchedule(mn::LayerOpInterface layer, mn::TargetAttr target);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_EXPLAIN_H
