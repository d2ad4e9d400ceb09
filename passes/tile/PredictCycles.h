// SPDX-License-Identifier: Apache-2.0
// The cost model's view of a whole layer: what `mncc report` shows beside measured time, and by what `mncc tune` sorts
// the schedules that it has not measured.
#ifndef MNCC_PASSES_TILE_PREDICTCYCLES_H
#define MNCC_PASSES_TILE_PREDICTCYCLES_H

#include "dialects/mn/Mn.h"

namespace mncc::tile {

/// Cycles that one core, or where the schedule has parts each of its threads, takes for `layer` with its schedule, by
/// the numbers of `target` and the costs by which choose-tiles weighs tiles. Waiting for memory is not in it.
double predictCycles(mn::LayerOpInterface layer, mn::TargetAttr target);

/// True where sums, weights and inputs of the register tile of `layer` fit the registers, by the count that
/// choose-tiles makes; true for layers that it does not count.
bool fitsRegisters(mn::LayerOpInterface layer, mn::TargetAttr target);

/// Bytes that `layer` reads and writes: its tensors in their layouts, and its constants.
int64_t countBytes(mn::LayerOpInterface layer);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_PREDICTCYCLES_H
