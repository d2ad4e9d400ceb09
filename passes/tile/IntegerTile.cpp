// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/IntegerTile.h"

#include "passes/lower/kernels/Tiling.h"

using namespace mncc;
using namespace mncc::tile;

namespace {

/// What one tile takes: registers for its sums and inputs, and instructions for 16 input channels.
struct TileNeeds {
  int64_t sums, inputs, instructions;
};

} // namespace

static TileNeeds countNeeds(const lower::IntegerForm &form, RegisterTile tile) {
  int64_t pixels = tile.pixels, outputs = pixels * tile.vectors, pairs = (pixels + 1) / 2;
  switch (form.product) {
  case lower::IntegerForm::Product::Matrices:
    // Inputs are loaded and put side by side; an odd pixel takes the place of two.
    return {2 * pairs * tile.vectors, 2 * pairs, 4 * pairs * tile.vectors + pixels + 2 * pairs};
  case lower::IntegerForm::Product::Sixteens:
    // Two products, in a register of their own, and an addition of pairs.
    return {4 * outputs, pixels + 1, 12 * outputs + pixels};
  default:
    return {outputs, pixels, 4 * outputs + pixels};
  }
}

/// Registers that one load of weights fills.
static int64_t countTogether(mn::TargetAttr target) { return target.getInteger("load_registers", 1); }

static bool fits(mn::TargetAttr target, const IntegerLayer &layer, RegisterTile tile) {
  if (int64_t block = layer.sums.blockVectors; block > 0 && tile.vectors % block != 0 && block % tile.vectors != 0)
    return false;
  TileNeeds needs = countNeeds(layer.form, tile);
  int64_t weights = countTogether(target) > 1 ? countTogether(target) : tile.vectors;
  int64_t inputSums = layer.sums.sumsInputs ? tile.pixels + 1 : 0;
  return needs.sums + needs.inputs + weights + inputSums <= target.getRegisters();
}

/// All instructions of one tile. LLVM pairs what the row does not load together.
static int64_t countInstructions(mn::TargetAttr target, const IntegerLayer &layer, RegisterTile tile) {
  constexpr int64_t kLoop = 3, kStart = 20, kFinish = 8;
  TileNeeds needs = countNeeds(layer.form, tile);
  int64_t together = std::max<int64_t>(countTogether(target), 2);
  int64_t weights = (4 * tile.vectors + together - 1) / together;
  int64_t inputSums = layer.sums.sumsInputs ? 4 * tile.pixels : 0;
  return layer.steps * (needs.instructions + weights + inputSums + kLoop) + needs.sums + kStart +
         kFinish * tile.pixels * tile.vectors;
}

/// All instructions of the layer, whose last panel may be narrower.
static int64_t countAll(mn::TargetAttr target, const IntegerLayer &layer, RegisterTile tile) {
  int64_t total = 0, rest = layer.vectors % tile.vectors;
  for (const lower::TileRun &run : lower::cutEvenly(layer.pixels, tile.pixels)) {
    total += run.count * (layer.vectors / tile.vectors) * countInstructions(target, layer, {run.size, tile.vectors});
    if (rest > 0)
      total += run.count * countInstructions(target, layer, {run.size, rest});
  }
  return total;
}

RegisterTile tile::chooseIntegerTile(mn::TargetAttr target, const IntegerLayer &layer) {
  RegisterTile best{1, 1};
  int64_t fewest = countAll(target, layer, best);
  for (int64_t vectors = 1; vectors <= std::min(layer.vectors, target.getRegisters()); ++vectors)
    for (int64_t pixels = 1; pixels <= std::min(layer.pixels, target.getRegisters()); ++pixels) {
      RegisterTile candidate{pixels, vectors};
      if (!fits(target, layer, candidate))
        continue;
      if (int64_t count = countAll(target, layer, candidate); count < fewest)
        best = candidate, fewest = count;
    }
  return best;
}
