// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/PredictCycles.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/Strips.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/KernelBuilder.h"
#include "passes/tile/RegisterTile.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc;

/// Instructions for one value where a kernel walks single values: its address, its load, its store.
static constexpr double kScalarCycles = 2;
/// For one byte that is looked up in a table: 0.73 on Sapphire Rapids.
static constexpr double kLookupCycles = 0.75;
/// For one vector of softmax: its exponential is a dozen fma, and each value is taken out to be added.
static constexpr double kSoftmaxCycles = 40;

/// For one vector of sums that become bytes, beside what the end of a tile takes for floats.
static constexpr double kRequantizationCycles = 1;
/// For one vector of outputs of a depthwise kernel by quads beside its products: bytes are unpacked, sums requantised.
static constexpr double kQuadCycles = 3.5;

static int64_t countVectors(mn::ImageShape image, int64_t vector) { return (image.channels + vector - 1) / vector; }

static int64_t countInterior(const mn::Window &window) {
  return std::max<int64_t>(window.output() - window.borderBefore() - window.borderAfter(), 0);
}

static double loadsPerCycle(mn::TargetAttr target) { return target.getInteger("loads_per_100_cycles", 100) / 100.0; }

/// Instructions that multiply, for `reduction` products of each sum of a dense layer.
static int64_t countSteps(mn::LayerOpInterface layer, int64_t reduction) {
  if (!mn::isQuantized(layer))
    return reduction;
  lower::IntegerForm form = lower::getIntegerForm(layer.getOperation());
  bool addsApart = form.takesPairs();
  return (reduction + form.group - 1) / form.group * (addsApart ? 2 : 1);
}

static double predictDense(mn::LayerOpInterface layer, mn::TargetAttr target) {
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  mn::ImageShape output = mn::getImageShape(layer->getResult(0));
  int64_t vectors = countVectors(output, schedule.getVector());
  int64_t reduction = countSteps(layer, mn::countMultiplyAdds(layer) / output.elements());
  tile::RegisterTile tile{schedule.getPixels(), schedule.getChannels() / schedule.getVector()};
  tile::DenseForm form = tile::getDenseForm(layer, target, schedule.getVector());
  auto cyclesOf = [&](tile::RegisterTile cut, int64_t pixels) {
    return pixels == 0 ? 0 : tile::countDenseCost(target, cut, pixels, vectors, reduction, form) * pixels;
  };
  double cycles = 0;
  if (isa<mn::FullyConnectedOp>(layer.getOperation()) || mn::isPointwise(layer)) {
    int64_t pixels = lower::countPixels(layer);
    cycles = cyclesOf(tile, pixels) * (output.pixels() / pixels);
  } else {
    // Columns at the border are computed one at a time.
    int64_t interior = countInterior(mn::getWindow(layer, 1));
    cycles = output.height * (cyclesOf(tile, interior) + cyclesOf({1, tile.vectors}, 1) * (output.width - interior));
  }
  double ends = mn::isQuantized(layer) ? kRequantizationCycles * static_cast<double>(output.pixels() * vectors) : 0;
  return cycles * vectors * reduction + ends;
}

static tile::WindowTile windowTileOf(mn::ScheduleAttr schedule) {
  return {schedule.getRows(), schedule.getPixels(), schedule.getUnroll()};
}

static double predictWindow(mn::LayerOpInterface layer, mn::TargetAttr target) {
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  mn::ImageShape output = mn::getImageShape(layer->getResult(0));
  auto sums = static_cast<double>(output.pixels() * countVectors(output, schedule.getVector()));
  if (mn::DepthwiseConv2DOp depthwise = lower::getQuadLayer(layer, schedule.getVector())) {
    // Products of pairs are added by an instruction of their own.
    int64_t instructions = lower::getIntegerForm(layer).takesPairs() ? 2 : 1;
    int64_t steps = instructions * lower::countRowGroups(depthwise, 1);
    return sums * (static_cast<double>(steps * mn::getWindow(layer, 1).kernel) + kQuadCycles);
  }
  double cost = tile::countWindowCost(target, windowTileOf(schedule), mn::getStripWindow(layer),
                                      mn::getWindow(layer, 1), isa<mn::DepthwiseConv2DOp>(layer.getOperation()));
  return sums * (cost + (mn::isQuantized(layer) ? kRequantizationCycles : 0));
}

/// Each operand is loaded once, the result is stored once.
static double predictWalk(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t vector) {
  double loads = 0;
  for (Value operand : layer->getOperands())
    loads += static_cast<double>(lower::getBufferShape(operand).elements()) / vector;
  double stores = static_cast<double>(lower::getBufferShape(layer->getResult(0)).elements()) / vector;
  return loads / loadsPerCycle(target) + stores;
}

/// Each value waits for the sum of those before it.
static double predictSoftmax(mn::TargetAttr target, mn::ScheduleAttr schedule, double elements) {
  return elements * (target.getInteger("fma_latency", 4) + kSoftmaxCycles / schedule.getVector());
}

double tile::predictCycles(mn::LayerOpInterface layer, mn::TargetAttr target) {
  if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation())) {
    double cycles = 0;
    for (mn::WeightedOpInterface inner : chain.getLayers())
      cycles += predictCycles(cast<mn::LayerOpInterface>(inner.getOperation()), target);
    return cycles;
  }
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  auto elements = static_cast<double>(mn::getImageShape(layer->getResult(0)).elements());
  if (lower::looksUp(layer))
    return elements * kLookupCycles / static_cast<double>(schedule.getParts());
  double cycles = llvm::TypeSwitch<Operation *, double>(layer)
                      .Case<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::FullyConnectedOp>(
                          [&](auto) { return predictDense(layer, target); })
                      .Case<mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>(
                          [&](auto) { return predictWindow(layer, target); })
                      .Case<mn::SoftmaxOp>([&](auto) { return predictSoftmax(target, schedule, elements); })
                      .Case<mn::NormalizeOp, mn::CopyOp, mn::ReshapeOp, mn::FlattenOp, mn::PadOp, mn::ConcatOp>(
                          [&](auto) { return elements * kScalarCycles; })
                      .Default([&](Operation *) { return predictWalk(layer, target, schedule.getVector()); });
  return cycles / static_cast<double>(schedule.getParts());
}

bool tile::fitsRegisters(mn::LayerOpInterface layer, mn::TargetAttr target) {
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  int64_t pixels = schedule.getPixels(), vectors = schedule.getChannels() / schedule.getVector();
  return llvm::TypeSwitch<Operation *, bool>(layer)
      .Case<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::FullyConnectedOp>([&](auto) {
        DenseForm form = getDenseForm(layer, target, schedule.getVector());
        return pixels * vectors + countDenseOperands(target, {pixels, vectors}, form) <= target.getRegisters();
      })
      .Case<mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>([&](auto) {
        // By quads there are the sums of one output at a time, but code for each of a tile, and a quad for its rows.
        if (mn::DepthwiseConv2DOp conv = lower::getQuadLayer(layer, schedule.getVector()))
          return lower::countRowGroups(conv, schedule.getRows()) == lower::countRowGroups(conv, 1) &&
                 schedule.getRows() * pixels <= target.getRegisters();
        int64_t operands =
            countWindowOperands(target, windowTileOf(schedule), mn::getStripWindow(layer), mn::getWindow(layer, 1),
                                isa<mn::DepthwiseConv2DOp>(layer.getOperation()));
        return schedule.getRows() * pixels + operands <= target.getRegisters();
      })
      .Default([](Operation *) { return true; });
}

int64_t tile::countBytes(mn::LayerOpInterface layer) {
  auto bytesOf = [](Value value) {
    return lower::getBufferShape(value).elements() * getElementTypeOrSelf(value).getIntOrFloatBitWidth() / 8;
  };
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  int64_t bytes = bytesOf(layer->getResult(0)) + lower::countPackedBytes(layer);
  if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation()))
    for (mn::WeightedOpInterface inner : chain.getLayers())
      bytes += lower::countPackedBytes(inner);
  if (weighted)
    return bytes + bytesOf(weighted.getInput()) + (weighted.getSkip() ? bytesOf(weighted.getSkip()) : 0);
  for (Value operand : layer->getOperands())
    bytes += bytesOf(operand);
  return bytes;
}
