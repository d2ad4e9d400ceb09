// SPDX-License-Identifier: Apache-2.0
// The cost model of register tiles: which block of outputs a kernel keeps in registers, from the numbers of the row.
#ifndef MNCC_PASSES_TILE_REGISTERTILE_H
#define MNCC_PASSES_TILE_REGISTERTILE_H

#include "dialects/mn/Shapes.h"

#include <optional>

namespace mncc::tile {

/// A block of `pixels` x `vectors` sums.
struct RegisterTile {
  int64_t pixels, vectors;
};

/// How a dense kernel takes its inputs: one value after another, or several channels of a pixel with one load; or four
/// channels of two pixels, as the left side of a product of matrices.
enum class DenseForm { Scalars, Lanes, Matrices };
/// The form of the kernel of `layer`, in vectors of `vector` lanes.
DenseForm getDenseForm(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t vector);

/// What the sums of integers ask of a tile.
struct IntegerSums {
  /// Each pixel has one sum more, and there is one vector more of weights.
  bool sumsInputs;
  /// Vectors of a block of the result, where there are several: panels are whole blocks, or a block is whole panels.
  int64_t blockVectors;
  /// Each pixel's bytes become two registers of words, at a quarter of the cycles of a product, and those of each
  /// vector of weights, at a fifth; weights come one vector after another.
  bool isByPairs = false;
  /// Pairs are in memory, and spread by a load; products are added later.
  bool isWidened = false;
};

/// Cycles that one step of a reduction keeps the fma units and the load units of a core busy.
struct StepCycles {
  double fma, loads;
};

/// Most bytes of weights that are read again for each tile of pixels where inputs are widened first. Past that, panels
/// are outermost. V1 1.0/224 takes 0.99 of the time that it takes with half as many (Zen 3).
int64_t countWeightsReadAgain(mn::TargetAttr target);

/// Sums that must be worked on at once to start an fma whenever the core can: latency x fma a cycle.
double sumsInFlight(mn::TargetAttr target);

/// The tile with the fewest cycles for a dense reduction over `reduction` values into `pixels` x `vectors` outputs.
///
/// A step of the reduction loads one value a pixel and one vector of weights a column, and issues pixels x vectors fma;
/// it costs the larger of what the loads and the fma take, stretched where fewer than sumsInFlight() sums are in the
/// tile; an in-order core waits for half of its loads. Sums, weights and inputs must fit the registers, and a panel of
/// weights the share of L2 that the row gives it. `vectorBytes` is what a vector of weights takes. `integers` for a
/// layer of integers.
RegisterTile chooseDenseTile(mn::TargetAttr target, int64_t pixels, int64_t vectors, int64_t reduction, DenseForm form,
                             int64_t vectorBytes, std::optional<IntegerSums> integers = std::nullopt);
/// Cycles for one vector of outputs and one step of the reduction, when `pixels` x `vectors` outputs are cut into tiles
/// of at most `tile`; what chooseDenseTile() makes small.
double countDenseCost(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t vectors, int64_t reduction,
                      DenseForm form);
/// Registers that a dense tile needs beside its sums.
int64_t countDenseOperands(mn::TargetAttr target, RegisterTile tile, DenseForm form);
/// What one input channel costs in a dense tile.
StepCycles countDenseCycles(mn::TargetAttr target, double pixels, int64_t vectors, DenseForm form);

/// A block of `rows` x `columns` results of a depthwise convolution or a pool, with `taps` of the window in
/// straight-line code, whose weights stay in registers: all of them, those of a kernel row, or one.
struct WindowTile {
  int64_t rows, columns, taps;
};

/// The tile with the fewest cycles for the outputs under the windows `rows` x `columns`.
///
/// With all taps held each input is loaded once a tile; with those of a kernel row each output row loads its own
/// inputs, and each kernel row its weights. A tile costs the larger of what its loads and its fma take, stretched where
/// fewer than sumsInFlight() results are in it, and its loops.
WindowTile chooseWindowTile(mn::TargetAttr target, const mn::Window &rows, const mn::Window &columns, bool hasWeights);
/// Cycles for one vector of outputs, when they are cut into tiles of at most `tile`; what chooseWindowTile() makes
/// small.
double countWindowCost(mn::TargetAttr target, const WindowTile &tile, const mn::Window &rows, const mn::Window &columns,
                       bool hasWeights);
/// Registers that a window tile needs beside its results.
int64_t countWindowOperands(mn::TargetAttr target, const WindowTile &tile, const mn::Window &rows,
                            const mn::Window &columns, bool hasWeights);
/// What a tile of mean size `height` x `width` costs, cut as `tile` says.
StepCycles countWindowCycles(mn::TargetAttr target, const WindowTile &tile, double height, double width,
                             const mn::Window &rows, const mn::Window &columns, bool hasWeights);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_REGISTERTILE_H
