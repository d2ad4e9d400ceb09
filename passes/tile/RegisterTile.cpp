// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/RegisterTile.h"

#include <algorithm>

using namespace mncc;
using namespace mncc::tile;

static double perCycle(mn::TargetAttr target, llvm::StringRef column) { return target.getInteger(column, 100) / 100.0; }

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

double tile::sumsInFlight(mn::TargetAttr target) {
  return target.getInteger("fma_latency", 4) * perCycle(target, "fma_per_100_cycles");
}

int64_t tile::countDenseOperands(mn::TargetAttr target, RegisterTile tile) {
  // An in-order core loads the next weights while it works on these.
  if (target.hasLaneFma())
    return tile.pixels + tile.vectors * (target.getFlag("in_order") ? 2 : 1);
  return tile.vectors + 1 + (target.hasFma() ? 0 : 1);
}

StepCycles tile::countDenseCycles(mn::TargetAttr target, double pixels, int64_t vectors) {
  // With lane fma, one load brings four steps' inputs of a pixel.
  double loads = vectors + (target.hasLaneFma() ? pixels / 4 : pixels);
  return {pixels * vectors / perCycle(target, "fma_per_100_cycles"), loads / perCycle(target, "loads_per_100_cycles")};
}

/// Cycles for one vector of outputs and one step of the reduction.
static double costOf(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t reduction) {
  // Tiles are cut evenly, so this is their mean size.
  double meanPixels = static_cast<double>(pixels) / ceilDiv(pixels, tile.pixels);
  double sums = meanPixels * tile.vectors;
  StepCycles cycles = countDenseCycles(target, meanPixels, tile.vectors);
  double fma = cycles.fma * std::max(1.0, sumsInFlight(target) / sums), loads = cycles.loads;
  // An in-order core waits for what it loads; an out-of-order core overlaps the smaller part almost entirely.
  double step = target.getFlag("in_order") ? fma + loads / 2 : std::max(fma, loads) + 0.05 * std::min(fma, loads);
  // Filling and storing the sums, once a tile.
  double edges = 2 * sums + 8;
  return (step + edges / reduction) / sums;
}

double tile::countDenseCost(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t vectors,
                            int64_t reduction) {
  tile.vectors = std::min(tile.vectors, vectors);
  // A panel that does not divide the channels leaves a narrower one; the mean of both is what counts.
  int64_t rest = vectors % tile.vectors;
  double cost = costOf(target, tile, pixels, reduction) * (vectors - rest) / vectors;
  if (rest > 0)
    cost += costOf(target, {tile.pixels, rest}, pixels, reduction) * rest / vectors;
  return cost;
}

RegisterTile tile::chooseDenseTile(mn::TargetAttr target, int64_t pixels, int64_t vectors, int64_t reduction) {
  RegisterTile best{1, 1};
  double bestCost = costOf(target, best, pixels, reduction);
  for (int64_t columns = 1; columns <= std::min<int64_t>(vectors, 8); ++columns)
    for (int64_t rows = 1; rows <= std::min<int64_t>(pixels, 28); ++rows) {
      RegisterTile candidate{rows, columns};
      if (rows * columns + countDenseOperands(target, candidate) > target.getRegisters())
        continue;
      double cost = countDenseCost(target, candidate, pixels, vectors, reduction);
      if (cost < bestCost - 1e-9 || (cost < bestCost + 1e-9 && columns > best.vectors))
        best = candidate, bestCost = cost;
    }
  return best;
}

int64_t tile::countWindowInputs(int64_t columns, int64_t kernel, int64_t stride) {
  // With stride 1 the first and the last inputs, which one column reads, are gone before the next come.
  int64_t inputs = (columns - 1) * stride + kernel;
  return stride == 1 ? std::max<int64_t>(inputs - 2, 1) : inputs;
}

StepCycles tile::countWindowCycles(mn::TargetAttr target, double columns, int64_t kernel, int64_t stride) {
  double loads = std::min((columns - 1) * stride + kernel, columns * kernel) + kernel;
  return {columns * kernel / perCycle(target, "fma_per_100_cycles"), loads / perCycle(target, "loads_per_100_cycles")};
}

double tile::countWindowCost(mn::TargetAttr target, int64_t width, int64_t columns, int64_t kernel, int64_t stride) {
  double mean = static_cast<double>(columns) / ceilDiv(columns, width);
  StepCycles cycles = countWindowCycles(target, mean, kernel, stride);
  return (std::max(cycles.fma * std::max(1.0, sumsInFlight(target) / mean), cycles.loads) + 1) / mean;
}

int64_t tile::chooseColumns(mn::TargetAttr target, int64_t columns, int64_t kernel, int64_t stride) {
  int64_t best = 1;
  double bestCost = 1e30;
  for (int64_t width = 1; width <= std::min<int64_t>(columns, 14); ++width) {
    // One weight, and a register for a product or an input that one column reads.
    if (width > 1 && width + countWindowInputs(width, kernel, stride) + 2 > target.getRegisters())
      break;
    double cost = countWindowCost(target, width, columns, kernel, stride);
    if (cost < bestCost - 1e-9)
      best = width, bestCost = cost;
  }
  return best;
}
