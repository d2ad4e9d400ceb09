// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/RegisterTile.h"

#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace mncc;
using namespace mncc::tile;

static double perCycle(mn::TargetAttr target, llvm::StringRef column) { return target.getInteger(column, 100) / 100.0; }

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Registers that a tile needs beside its accumulators: weights and inputs, and a product where there is no fma.
static int64_t operandRegisters(mn::TargetAttr target, RegisterTile tile) {
  if (target.hasLaneFma())
    return tile.pixels + std::min<int64_t>(tile.vectors, 2);
  return tile.vectors + 1 + (target.hasFma() ? 0 : 1);
}

static bool fits(mn::TargetAttr target, RegisterTile tile) {
  return tile.pixels * tile.vectors + operandRegisters(target, tile) <= target.getRegisters();
}

/// Loads of one step of the reduction: with lane fma, one load brings four steps' inputs of a pixel.
static double loadsPerStep(mn::TargetAttr target, double pixels, double vectors) {
  return vectors + (target.hasLaneFma() ? pixels / 4 : pixels);
}

/// Cycles for one vector of outputs and one step of the reduction.
static double costOf(mn::TargetAttr target, RegisterTile tile, int64_t pixels, int64_t vectors, int64_t reduction) {
  double meanPixels = static_cast<double>(pixels) / ceilDiv(pixels, tile.pixels);
  double accumulators = meanPixels * tile.vectors, fmaRate = perCycle(target, "fma_per_100_cycles");
  double inFlight = target.getInteger("fma_latency", 4) * fmaRate;
  double fma = accumulators / fmaRate * std::max(1.0, inFlight / accumulators);
  double loads = loadsPerStep(target, meanPixels, tile.vectors) / perCycle(target, "loads_per_100_cycles");
  // An in-order core waits for what it loads; an out-of-order core overlaps the smaller part almost entirely.
  double step = target.getFlag("in_order") ? fma + loads / 2 : std::max(fma, loads) + 0.05 * std::min(fma, loads);
  // Filling and storing the accumulators, once a tile.
  double edges = 2 * accumulators + 8;
  double waste = static_cast<double>(ceilDiv(vectors, tile.vectors) * tile.vectors) / vectors;
  return (step + edges / reduction) / accumulators * (tile.vectors > vectors ? waste : 1.0);
}

RegisterTile tile::chooseDenseTile(mn::TargetAttr target, int64_t pixels, int64_t vectors, int64_t reduction) {
  RegisterTile best{1, 1};
  double bestCost = costOf(target, best, pixels, vectors, reduction);
  for (int64_t columns = 1; columns <= std::min<int64_t>(vectors, 8); ++columns)
    for (int64_t rows = 1; rows <= std::min<int64_t>(pixels, 28); ++rows) {
      RegisterTile candidate{rows, columns};
      if (!fits(target, candidate))
        continue;
      // A panel that does not divide the channels leaves a narrower one; the mean of both is what counts.
      int64_t rest = vectors % columns;
      double cost = costOf(target, candidate, pixels, vectors, reduction) * (vectors - rest) / vectors;
      if (rest > 0)
        cost += costOf(target, {rows, rest}, pixels, vectors, reduction) * rest / vectors;
      if (cost < bestCost - 1e-9 || (cost < bestCost + 1e-9 && columns > best.vectors))
        best = candidate, bestCost = cost;
    }
  return best;
}

int64_t tile::chooseColumns(mn::TargetAttr target, int64_t columns, int64_t kernel, int64_t stride) {
  int64_t best = 1, most = std::min<int64_t>({columns, target.getRegisters() - kernel - 2, 14});
  double bestCost = 1e30, fmaRate = perCycle(target, "fma_per_100_cycles");
  for (int64_t width = 1; width <= std::max<int64_t>(most, 1); ++width) {
    double mean = static_cast<double>(columns) / ceilDiv(columns, width);
    double fma = mean * kernel / fmaRate;
    double latency = std::max(1.0, target.getInteger("fma_latency", 4) * fmaRate / mean);
    double loads = ((mean - 1) * stride + kernel + kernel) / perCycle(target, "loads_per_100_cycles");
    double cost = (std::max(fma * latency, loads) + 1) / mean;
    if (cost <= bestCost)
      best = width, bestCost = cost;
  }
  return best;
}

std::string tile::explainDenseTile(mn::TargetAttr target, RegisterTile tile) {
  int64_t accumulators = tile.pixels * tile.vectors, lanes = target.getLanes();
  double loads = loadsPerStep(target, tile.pixels, tile.vectors);
  return llvm::formatv("{0}x{1}: {2} accumulators + {3} operands of {4} registers of {5} lanes; {6:F2} loads a fma at "
                       "{7:F2} loads and {8:F2} fma a cycle, {9} in flight",
                       tile.pixels, tile.vectors * lanes, accumulators, operandRegisters(target, tile),
                       target.getRegisters(), lanes, loads / accumulators, perCycle(target, "loads_per_100_cycles"),
                       perCycle(target, "fma_per_100_cycles"),
                       target.getInteger("fma_latency", 4) * perCycle(target, "fma_per_100_cycles"))
      .str();
}
