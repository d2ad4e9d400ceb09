// SPDX-License-Identifier: Apache-2.0
// The cost model of register tiles: which block of outputs a kernel keeps in registers, from the numbers of the row.
#ifndef MNCC_PASSES_TILE_REGISTERTILE_H
#define MNCC_PASSES_TILE_REGISTERTILE_H

#include "dialects/mn/Mn.h"

namespace mncc::tile {

/// A block of `pixels` x `vectors` accumulators.
struct RegisterTile {
  int64_t pixels, vectors;
};

/// The tile with the fewest cycles for a dense reduction over `reduction` values into `pixels` x `vectors` outputs.
///
/// A step of the reduction loads one value a pixel and one vector of weights a column, and issues pixels x vectors fma;
/// it costs the larger of what the loads and the fma ports of the row take, stretched where too few accumulators are in
/// flight to cover the fma's latency. Accumulators, weights and inputs must fit the registers.
RegisterTile chooseDenseTile(mn::TargetAttr target, int64_t pixels, int64_t vectors, int64_t reduction);

/// Output columns that a depthwise or pooling kernel keeps in registers: `kernel` taps a row, `stride` pixels apart.
int64_t chooseColumns(mn::TargetAttr target, int64_t columns, int64_t kernel, int64_t stride);

/// Why `tile` was chosen, in one sentence made of the row's numbers.
std::string explainDenseTile(mn::TargetAttr target, RegisterTile tile);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_REGISTERTILE_H
