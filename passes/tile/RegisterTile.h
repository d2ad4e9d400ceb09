// SPDX-License-Identifier: Apache-2.0
// The cost model of register tiles: which block of outputs a kernel keeps in registers, from the numbers of the row.
#ifndef MNCC_PASSES_TILE_REGISTERTILE_H
#define MNCC_PASSES_TILE_REGISTERTILE_H

#include "dialects/mn/Mn.h"

namespace mncc::tile {

/// A block of `pixels` x `vectors` sums.
struct RegisterTile {
  int64_t pixels, vectors;
};

/// Cycles that one step of a reduction keeps the fma units and the load units of a core busy.
struct StepCycles {
  double fma, loads;
};

/// Sums that must be worked on at once to start an fma whenever the core can: latency x fma a cycle.
double sumsInFlight(mn::TargetAttr target);

/// The tile with the fewest cycles for a dense reduction over `reduction` values into `pixels` x `vectors` outputs.
///
/// A step of the reduction loads one value a pixel and one vector of weights a column, and issues pixels x vectors fma;
/// it costs the larger of what the loads and the fma take, stretched where fewer than sumsInFlight() sums are in the
/// tile; an in-order core waits for half of its loads. Sums, weights and inputs must fit the registers.
RegisterTile chooseDenseTile(mn::TargetAttr target, int64_t pixels, int64_t vectors, int64_t reduction);
/// Cycles for one vector of outputs and one step of the reduction, when `pixels` x `vectors` outputs are cut into tiles
/// of at most `tile`; what chooseDenseTile() makes small.
double countDenseCost(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t vectors, int64_t reduction);
/// Registers that a dense tile needs beside its sums.
int64_t countDenseOperands(mn::TargetAttr target, RegisterTile tile);
/// What one input channel costs in a dense tile.
StepCycles countDenseCycles(mn::TargetAttr target, double pixels, int64_t vectors);

/// Output columns that a depthwise or pooling kernel keeps in registers, of `columns` whose taps all lie inside the
/// image; `kernel` taps a row, `stride` pixels apart.
int64_t chooseColumns(mn::TargetAttr target, int64_t columns, int64_t kernel, int64_t stride);
/// Cycles for one vector of outputs and one row of taps, when `columns` are cut into tiles of at most `width`; what
/// chooseColumns() makes small.
double countWindowCost(mn::TargetAttr target, int64_t width, int64_t columns, int64_t kernel, int64_t stride);
/// Inputs of a row of taps that `columns` neighbouring outputs keep in registers, as most of them share theirs.
int64_t countWindowInputs(int64_t columns, int64_t kernel, int64_t stride);
/// What one row of taps costs.
StepCycles countWindowCycles(mn::TargetAttr target, double columns, int64_t kernel, int64_t stride);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_REGISTERTILE_H
