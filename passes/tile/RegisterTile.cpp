// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/RegisterTile.h"

#include "dialects/mn/Quantization.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/Tiling.h"

#include <algorithm>
#include <cmath>

using namespace mncc;
using namespace mncc::tile;

static double perCycle(mn::TargetAttr target, llvm::StringRef column) { return target.getInteger(column, 100) / 100.0; }

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

double tile::sumsInFlight(mn::TargetAttr target) {
  return target.getInteger("fma_latency", 4) * perCycle(target, "fma_per_100_cycles");
}

tile::DenseForm tile::getDenseForm(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t vector) {
  if (lower::hasMatrices(cast<mn::WeightedOpInterface>(layer.getOperation()), vector))
    return DenseForm::Matrices;
  if (mn::isQuantized(layer))
    return lower::takesRegisters(layer) ? DenseForm::Lanes : DenseForm::Scalars;
  return lower::takesLanes(layer, vector, target.hasLaneFma()) ? DenseForm::Lanes : DenseForm::Scalars;
}

int64_t tile::countDenseOperands(mn::TargetAttr target, RegisterTile tile, DenseForm form) {
  // An odd pixel takes the registers of two.
  if (form == DenseForm::Matrices)
    return (tile.pixels + 1) / 2 + tile.pixels % 2 * tile.vectors + target.getInteger("load_registers", 1);
  // Weights that are loaded together are in registers together; so are the next ones where they are loaded ahead.
  if (int64_t together = target.getInteger("load_registers", 1); form == DenseForm::Lanes && together > 1)
    return tile.pixels + together * (target.getInteger("loads_ahead") > 0 ? 2 : 1);
  // An in-order core loads the next weights while it works on these.
  if (target.hasLaneFma())
    return tile.pixels + tile.vectors * (target.getFlag("in_order") ? 2 : 1);
  return tile.vectors + 1 + (target.hasFma() ? 0 : 1);
}

StepCycles tile::countDenseCycles(mn::TargetAttr target, double pixels, int64_t vectors, DenseForm form) {
  // A product of matrices is a quarter of the steps of its two pixels and two channels.
  if (form == DenseForm::Matrices)
    return {pixels * vectors / 4 / perCycle(target, "fma_per_100_cycles"),
            (2 * vectors + pixels / 2) / 4 / perCycle(target, "loads_per_100_cycles")};
  // With lane fma, one load brings four steps' inputs of a pixel; where one brings several pixels, in whole loads.
  double inputs = target.hasLaneFma() ? pixels / 4 : pixels;
  if (auto together = static_cast<double>(target.getInteger("load_registers", 1)); target.getInteger("loads_ahead") > 0)
    inputs = std::ceil(pixels / together) * together / 4;
  return {pixels * vectors / perCycle(target, "fma_per_100_cycles"),
          (vectors + inputs) / perCycle(target, "loads_per_100_cycles")};
}

/// The mean size of the tiles that `pixels` are cut into, where those of odd size have a pixel for nothing.
static double countMeanPaired(int64_t pixels, int64_t size) {
  int64_t tiles = 0, paired = 0;
  for (const lower::TileRun &run : lower::cutEvenly(pixels, size))
    tiles += run.count, paired += run.count * (run.size + run.size % 2);
  return static_cast<double>(paired) / tiles;
}

/// Cycles for one vector of outputs and one step of the reduction.
static double costOf(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t reduction,
                     tile::DenseForm form) {
  // Tiles are cut evenly, so this is their mean size.
  double meanPixels = static_cast<double>(pixels) / ceilDiv(pixels, tile.pixels);
  double sums = meanPixels * tile.vectors;
  StepCycles cycles =
      countDenseCycles(target, form == tile::DenseForm::Matrices ? countMeanPaired(pixels, tile.pixels) : meanPixels,
                       tile.vectors, form);
  double fma = cycles.fma * std::max(1.0, sumsInFlight(target) / sums), loads = cycles.loads;
  // An in-order core waits for what it loads; an out-of-order core overlaps the smaller part almost entirely.
  double step = target.getFlag("in_order") ? fma + loads / 2 : std::max(fma, loads) + 0.05 * std::min(fma, loads);
  // Filling and storing the sums, once a tile.
  double edges = 2 * sums + 8;
  return (step + edges / reduction) / sums;
}

double tile::countDenseCost(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t vectors,
                            int64_t reduction, DenseForm form) {
  tile.vectors = std::min(tile.vectors, vectors);
  // A panel that does not divide the channels leaves a narrower one; the mean of both is what counts.
  int64_t rest = vectors % tile.vectors;
  double cost = costOf(target, tile, pixels, reduction, form) * (vectors - rest) / vectors;
  if (rest > 0)
    cost += costOf(target, {tile.pixels, rest}, pixels, reduction, form) * rest / vectors;
  return cost;
}

/// Vectors of the widest panel that the row wants, of which `bytes` of weights belong to each.
static int64_t countMostVectors(mn::TargetAttr target, int64_t vectors, int64_t bytes) {
  constexpr int64_t kMost = 8, kLeast = 2;
  int64_t most = std::min(vectors, kMost), share = target.getInteger("prefetched_panel_l2_share");
  if (share == 0)
    return most;
  return std::min(most, std::max(target.getInteger("l2_bytes") / share / bytes, kLeast));
}

static bool hasManyRegisters(mn::TargetAttr target) { return target.getRegisters() > 16; }

/// Pixels of a tile whose inputs are widened first, which takes memory for them. Six take 0.96 to 0.98 of the time of
/// four in AVX2 code; where registers are many, panels are wide instead.
static int64_t countMostWidened(mn::TargetAttr target) { return hasManyRegisters(target) ? 4 : 6; }

int64_t tile::countWeightsReadAgain(mn::TargetAttr target) { return 2 * target.getInteger("l2_bytes"); }

static int64_t countIntegerOperands(mn::TargetAttr target, RegisterTile tile, tile::DenseForm form,
                                    const tile::IntegerSums &integers) {
  // The weights of a group, an input and a product; where registers are many, twice that.
  if (integers.isWidened)
    return hasManyRegisters(target) ? 2 * tile.vectors + 4 : tile.vectors + 2;
  return integers.isByPairs ? 2 * tile.pixels + 3 : tile::countDenseOperands(target, tile, form);
}

RegisterTile tile::chooseDenseTile(mn::TargetAttr target, int64_t pixels, int64_t vectors, int64_t reduction,
                                   DenseForm form, int64_t vectorBytes, std::optional<IntegerSums> integers) {
  constexpr int64_t kMostRows = 28;
  int64_t mostRows = integers && integers->isWidened ? countMostWidened(target) : kMostRows;
  RegisterTile best{1, 1};
  double bestCost = costOf(target, best, pixels, reduction, form);
  for (int64_t columns = 1; columns <= countMostVectors(target, vectors, reduction * vectorBytes); ++columns)
    for (int64_t rows = 1; rows <= std::min(pixels, mostRows); ++rows) {
      RegisterTile candidate{rows, columns};
      if (int64_t block = integers ? integers->blockVectors : 0;
          block > 0 && columns % block != 0 && block % columns != 0)
        continue;
      int64_t sums = rows * columns + (integers && integers->sumsInputs ? rows + 1 : 0);
      int64_t operands = integers ? countIntegerOperands(target, candidate, form, *integers)
                                  : countDenseOperands(target, candidate, form);
      if (sums + operands > target.getRegisters())
        continue;
      double cost = countDenseCost(target, candidate, pixels, vectors, reduction, form);
      if (integers && integers->isByPairs && !integers->isWidened)
        cost += 0.25 / static_cast<double>(columns) + 0.2 / static_cast<double>(rows);
      if (cost < bestCost - 1e-9 || (cost < bestCost + 1e-9 && columns > best.vectors))
        best = candidate, bestCost = cost;
    }
  return best;
}

static bool isWindowHeld(const tile::WindowTile &tile, const mn::Window &rows, const mn::Window &columns) {
  return tile.taps >= rows.kernel * columns.kernel;
}

/// True where no tile but the last has a border above or below: its code is almost free of branches, and a scheduler
/// reaches far in it.
static bool isStraight(const mn::Window &rows) { return rows.borderBefore() == 0; }

int64_t tile::countWindowOperands(mn::TargetAttr target, const WindowTile &tile, const mn::Window &rows,
                                  const mn::Window &columns, bool hasWeights) {
  // Neighbouring columns share the inputs that are alive at once; without fma, products need places too.
  int64_t weights = hasWeights ? tile.taps : 0, inputs = tile.taps == 1 ? 1 : columns.kernel;
  // Loops with loads ahead go from tap to tap: all columns that are in flight have their inputs, the next come, and one
  // is on its way from a narrower type. Where LLVM orders such a loop, it keeps the inputs that taps share.
  if (int64_t ahead = target.getInteger("loads_ahead");
      ahead > 0 && tile.taps > 1 && !isWindowHeld(tile, rows, columns))
    inputs = std::max(
        std::min(tile.columns, target.getInteger("fma_latency", 4) * target.getInteger("issue_group", 1)) + ahead + 1,
        tile.columns + columns.kernel - 1);
  int64_t operands = weights + inputs + (target.hasFma() ? 0 : 4);
  // The start of the sums and the bounds of the activation stay in registers where the taps make no loop; and where
  // they do, what several rows need at the branches between them.
  if (isWindowHeld(tile, rows, columns))
    return operands + 3 + (isStraight(rows) ? 8 : 0);
  return operands + (tile.rows > 1 ? 8 : 0);
}

StepCycles tile::countWindowCycles(mn::TargetAttr target, const WindowTile &tile, double height, double width,
                                   const mn::Window &rows, const mn::Window &columns, bool hasWeights) {
  double across = std::min((width - 1) * columns.stride + columns.kernel, width * columns.kernel);
  double down = std::min((height - 1) * rows.stride + rows.kernel, height * rows.kernel);
  double loads = across * down;
  if (!isWindowHeld(tile, rows, columns))
    loads = rows.kernel * (height * across + (hasWeights ? columns.kernel : 0));
  double fma = height * width * rows.kernel * columns.kernel;
  return {fma / perCycle(target, "fma_per_100_cycles"), loads / perCycle(target, "loads_per_100_cycles")};
}

double tile::countWindowCost(mn::TargetAttr target, const WindowTile &tile, const mn::Window &rows,
                             const mn::Window &columns, bool hasWeights) {
  // Tiles are cut evenly, so these are their mean sizes.
  double height = static_cast<double>(rows.output()) / ceilDiv(rows.output(), tile.rows);
  double width = static_cast<double>(columns.output()) / ceilDiv(columns.output(), tile.columns);
  auto [fma, loads] = tile::countWindowCycles(target, tile, height, width, rows, columns, hasWeights);
  fma *= std::max(1.0, tile::sumsInFlight(target) / (height * width));
  double step = target.getFlag("in_order") ? fma + loads / 2 : std::max(fma, loads) + 0.05 * std::min(fma, loads);
  // Each tile begins and ends; kernel rows that make a loop do so too.
  double loops = 4 + (isWindowHeld(tile, rows, columns) ? 0 : 2 * rows.kernel);
  return (step + loops) / (height * width);
}

/// True where two tiles would stand in one body, each alone in its loops over rows and columns: LLVM keeps the inputs
/// that they share in registers, which are then short.
static bool isCrowded(const tile::WindowTile &tile, const mn::Window &rows, const mn::Window &columns) {
  auto isSingle = [](const lower::TileRun &run) { return run.count == 1; };
  return llvm::count_if(lower::cutEvenly(rows.output(), tile.rows), isSingle) *
             llvm::count_if(lower::cutAtBorders(columns, tile.columns), isSingle) >
         1;
}

/// Windows of more taps across than this stay loops: they would only make code.
static constexpr int64_t kMostTapsAcross = 8;
/// Results of a tile, for the same reason.
static constexpr int64_t kMostRows = 4, kMostColumns = 14, kMostTaps = 32;

tile::WindowTile tile::chooseWindowTile(mn::TargetAttr target, const mn::Window &rows, const mn::Window &columns,
                                        bool hasWeights) {
  int64_t window = rows.kernel * columns.kernel;
  WindowTile best{1, 1, columns.kernel <= kMostTapsAcross ? columns.kernel : 1};
  double bestCost = countWindowCost(target, best, rows, columns, hasWeights);
  for (int64_t taps : {window, columns.kernel, int64_t(1)}) {
    if (taps > kMostTaps || (taps > 1) != (columns.kernel <= kMostTapsAcross && columns.kernel > 1))
      continue;
    // Without branches between rows, schedulers mix them and run out of registers.
    int64_t mostRows = isStraight(rows) ? 1 : std::min(rows.output(), kMostRows);
    for (int64_t height = 1; height <= mostRows; ++height)
      for (int64_t width = 1; width <= std::min(columns.output(), kMostColumns); ++width) {
        WindowTile candidate{height, width, taps};
        if (height * width + countWindowOperands(target, candidate, rows, columns, hasWeights) >
                target.getRegisters() ||
            isCrowded(candidate, rows, columns))
          continue;
        double cost = countWindowCost(target, candidate, rows, columns, hasWeights);
        if (cost < bestCost - 1e-9)
          best = candidate, bestCost = cost;
      }
  }
  return best;
}
