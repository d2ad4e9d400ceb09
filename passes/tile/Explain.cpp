// SPDX-License-Identifier: Apache-2.0
// The reason for a schedule, derived again from the row's numbers, so that it also fits an edited one.
#include "passes/tile/Explain.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/Strips.h"
#include "dialects/mn/WeightResource.h"
#include "passes/lower/IntegerForm.h"
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/tile/RegisterTile.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mncc;

static bool isWindow(Operation *op) { return isa<mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>(op); }

static bool isDense(Operation *op) { return isa<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::FullyConnectedOp>(op); }

bool tile::hasChosenTile(Operation *op) { return isWindow(op) || isDense(op); }

static std::string explainCycles(mn::TargetAttr target, tile::StepCycles cycles, StringRef step, int64_t sums) {
  return llvm::formatv("{0} takes {1:F1} cycles of fma and {2:F1} of loads, {3} sums for {4:F0} in flight", step,
                       cycles.fma, cycles.loads, sums, tile::sumsInFlight(target))
      .str();
}

static std::string explainOrder(mn::TargetAttr target, mn::LoopOrder order, int64_t weightBytes, bool widensFirst) {
  int64_t share = target.getInteger("pixel_outer_l2_share"), l2 = target.getInteger("l2_bytes");
  StringRef name = order == mn::LoopOrder::PanelOuter ? "panels" : "pixels";
  if (widensFirst)
    return llvm::formatv("{0} outermost: {1} KiB of weights, for inputs that are widened first twice L2 is {2} KiB",
                         name, (weightBytes + 1023) / 1024, tile::countWeightsReadAgain(target) / 1024)
        .str();
  if (share == 0)
    return llvm::formatv("{0} outermost, as the row always has it", name).str();
  return llvm::formatv("{0} outermost: {1} KiB of weights, 1/{2} of L2 is {3} KiB", name, (weightBytes + 1023) / 1024,
                       share, l2 / share / 1024)
      .str();
}

static std::string explainPrefetch(mn::ScheduleAttr schedule) {
  if (schedule.getPrefetch() == 0)
    return "";
  return llvm::formatv("; {0} lines of the next panel asked for at each block of channels", schedule.getPrefetch())
      .str();
}

static std::string explainDense(mn::LayerOpInterface layer, mn::TargetAttr target) {
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  tile::RegisterTile tile{schedule.getPixels(), schedule.getChannels() / schedule.getVector()};
  tile::DenseForm form = tile::getDenseForm(layer, target, schedule.getVector());
  int64_t sums = tile.pixels * tile.vectors;
  auto filter = cast<mn::WeightedOpInterface>(layer.getOperation()).getFilter();
  int64_t weightBytes = mn::countBytes(cast<ShapedType>(filter.getType()));
  bool widensFirst =
      mn::isQuantized(layer) && lower::getIntegerForm(cast<mn::WeightedOpInterface>(layer.getOperation())).widensFirst;
  return llvm::formatv(
             "{0}x{1}: {2} sums and {3} operands in {4} registers of {5} lanes; {6}; {7} channels in a row; {8}{9}",
             schedule.getPixels(), schedule.getChannels(), sums, tile::countDenseOperands(target, tile, form),
             target.getRegisters(), target.getLanes(),
             explainCycles(target, tile::countDenseCycles(target, tile.pixels, tile.vectors, form), "a channel", sums),
             schedule.getUnroll(), explainOrder(target, schedule.getOrder(), weightBytes, widensFirst),
             explainPrefetch(schedule))
      .str();
}

/// By quads or pairs of input rows, for the sums of one output at a time.
static std::string explainQuads(mn::DepthwiseConv2DOp conv, mn::TargetAttr target, mn::ScheduleAttr schedule) {
  int64_t width = mn::getWindow(conv, 1).kernel, tall = schedule.getRows(), groups = lower::countRowGroups(conv, tall);
  int64_t vectors = lower::countQuadVectors(conv, tall), held = lower::countHeldWeights(conv, tall);
  bool isByPairs = lower::getIntegerForm(conv).takesPairs();
  return llvm::formatv(
             "{0}x{1}x{2}: {3} {4} of input rows; {5} vectors of inputs, {6} of sums and {7} of weights for {8} "
             "registers of {9} lanes{10}",
             tall, schedule.getPixels(), schedule.getChannels(), groups, isByPairs ? "pairs" : "quads",
             width * groups * vectors, vectors, held, target.getRegisters(), target.getLanes(),
             held > 0 ? "" : "; weights are loaded where they are used")
      .str();
}

static std::string explainWindow(mn::LayerOpInterface layer, mn::TargetAttr target) {
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  mn::Window rows = mn::getStripWindow(layer), columns = mn::getWindow(layer, 1);
  bool hasWeights = isa<mn::DepthwiseConv2DOp>(layer.getOperation());
  tile::WindowTile tile{schedule.getRows(), schedule.getPixels(), schedule.getUnroll()};
  int64_t sums = tile.rows * tile.columns;
  return llvm::formatv(
             "{0}x{1}x{2}: {3} sums and {4} operands in {5} registers of {6} lanes; {7}; {8} taps in a row", tile.rows,
             tile.columns, schedule.getChannels(), sums,
             tile::countWindowOperands(target, tile, rows, columns, hasWeights), target.getRegisters(),
             target.getLanes(),
             explainCycles(target,
                           tile::countWindowCycles(target, tile, tile.rows, tile.columns, rows, columns, hasWeights),
                           "a tile", sums),
             tile.taps)
      .str();
}

std::string tile::explainSchedule(mn::LayerOpInterface layer, mn::TargetAttr target) {
  if (mn::DepthwiseConv2DOp conv = lower::getQuadLayer(layer, layer.getScheduleAttr().getVector()))
    return explainQuads(conv, target, layer.getScheduleAttr());
  return isDense(layer) ? explainDense(layer, target) : explainWindow(layer, target);
}
