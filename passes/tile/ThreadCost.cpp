// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/ThreadCost.h"

#include "dialects/mn/LayerInputs.h"
#include "dialects/mn/Shapes.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/KernelBuilder.h"
#include "passes/tile/PredictCycles.h"

#include <limits>

using namespace mlir;
using namespace mncc;
using namespace mncc::tile;

/// What handing out a layer costs beside its work: 1430 cycles on Sapphire Rapids for a round of runtime/Threads.c with
/// nothing to do, and the wait for the slower thread.
static constexpr double kCyclesOfRound = 2000;
/// A line from another core's cache, where many are read in order. Of 10 to 100, by which it was tried on five networks
/// on Sapphire Rapids, 15 to 30 make the fastest plans.
static constexpr double kCyclesOfLine = 20;
/// How often a line that two threads write goes from one to the other and back.
static constexpr double kTripsOfTornLine = 2;
/// Lines behind the end of a part that hardware fetches ahead and takes from the thread that writes them. Two threads
/// that copy halves of blocks of 4 KB, and share no line, wait 310 cycles a block for each other on Zen 4: 15 lines.
static constexpr double kLinesAhead = 15;

static bool isDense(Operation *op) { return isa<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::FullyConnectedOp>(op); }

static bool hasWindow(Operation *op) {
  return isa<mn::Conv2DOp, mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>(op);
}

/// True where the turns that threads share are vectors of memory.
static bool cutsMemory(mn::LayerOpInterface layer) {
  return !isDense(layer) && !hasWindow(layer) && !isa<mn::GlobalAveragePoolOp>(layer.getOperation()) &&
         lower::isLinear(layer, layer.getScheduleAttr().getVector());
}

Sharing tile::getRegion(mn::LayerOpInterface layer, Sharing sharing) {
  lower::BufferShape shape = lower::getBufferShape(layer->getResult(0));
  bool isOneBlock = shape.block >= shape.image.channels;
  return sharing && cutsMemory(layer) && isOneBlock ? Sharing(mn::Split::Pixels) : sharing;
}

static double countLines(Value tensor, double values, mn::TargetAttr target) {
  int64_t bits = getElementTypeOrSelf(tensor).getIntOrFloatBitWidth();
  return values * static_cast<double>(bits) / 8 / static_cast<double>(target.getInteger("line_bytes", 64));
}

/// Lines of the result that two threads write, where the channels of one block are cut.
static double countTornLines(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t threads, Sharing sharing) {
  Value result = layer->getResult(0);
  lower::BufferShape shape = lower::getBufferShape(result);
  if (sharing != mn::Split::Channels || cutsMemory(layer))
    return 0;
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  int64_t width = isDense(layer) ? schedule.getChannels() : schedule.getVector(), torn = 0;
  int64_t shares = lower::countShares(layer, schedule, mn::Split::Channels);
  for (int64_t part = 1; part < threads; ++part) {
    int64_t firstChannel = (shares * part / threads) * width;
    torn += firstChannel % shape.block != 0 ? 1 : 0;
  }
  return countLines(result, static_cast<double>(torn * shape.blockStride()), target);
}

/// Lines that go back and forth at the cuts of pixels, one in each block of channels.
static double countTakenLines(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t threads, Sharing sharing) {
  if (sharing != mn::Split::Pixels || cutsMemory(layer))
    return 0;
  Value result = layer->getResult(0);
  lower::BufferShape shape = lower::getBufferShape(result);
  int64_t blocks = shape.elements() / shape.blockStride();
  double linesOfPart = countLines(result, static_cast<double>(shape.blockStride() / threads), target);
  return static_cast<double>(blocks) * std::min(kLinesAhead, linesOfPart);
}

/// How much longer the longest of `threads` parts is than an equal share; infinite where there is nothing to cut.
static double countImbalance(mn::LayerOpInterface layer, mn::Split split, int64_t threads) {
  int64_t shares = lower::countShares(layer, layer.getScheduleAttr(), split);
  if (shares < threads)
    return std::numeric_limits<double>::infinity();
  return static_cast<double>((shares + threads - 1) / threads * threads) / static_cast<double>(shares);
}

/// Which part of `tensor`, an operand of `layer`, the thread that waits longest finds in the caches of others.
static double countForeign(mn::LayerOpInterface layer, Value tensor, double threads, Sharing reader, Sharing writer) {
  // Who has written the network's input is not known, and what all only read may be in all caches.
  if (isa<BlockArgument>(tensor))
    return 0;
  double others = (threads - 1) / threads;
  if (!reader)
    return writer ? others : 0;
  // A thread that computes some channels of a dense layer reads all channels.
  double read = isDense(layer) && reader == mn::Split::Channels && tensor == layer->getOperand(0) ? 1 : 1 / threads;
  if (!writer)
    return read;
  if (read == 1 || reader != writer)
    return read * others;
  // Rows that windows on both sides of the cut read.
  if (reader == mn::Split::Channels || !hasWindow(layer))
    return 0;
  mn::Window rows = mn::getWindow(layer, 0);
  return std::min(1.0, static_cast<double>(rows.kernel / 2) / static_cast<double>(rows.input));
}

/// Each thread reads the weights of its channels, or all where it computes pixels.
static double countWeightCycles(mn::LayerOpInterface layer, mn::TargetAttr target, double threads, Sharing sharing) {
  auto bytes = static_cast<double>(lower::countPackedBytes(layer));
  int64_t speed = target.getInteger("beyond_l2_bytes_per_100_cycles");
  return speed == 0 ? 0 : bytes * 100 / static_cast<double>(speed) / (sharing == mn::Split::Channels ? threads : 1);
}

double tile::predictShared(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t threads, Sharing sharing,
                           ArrayRef<Sharing> writers) {
  auto count = static_cast<double>(threads);
  double work = predictCycles(layer, target), lines = 0;
  if (sharing)
    work *= countImbalance(layer, *sharing, threads) / count;
  Sharing region = getRegion(layer, sharing);
  for (auto [tensor, writer] : llvm::zip_equal(mn::listInputs(layer), writers)) {
    auto values = static_cast<double>(lower::getBufferShape(tensor).elements());
    lines += countLines(tensor, values * countForeign(layer, tensor, count, region, writer), target);
  }
  lines += kTripsOfTornLine * countTornLines(layer, target, threads, sharing);
  lines += countTakenLines(layer, target, threads, sharing);
  return std::max(work, countWeightCycles(layer, target, count, sharing)) + lines * kCyclesOfLine +
         (sharing ? kCyclesOfRound : 0);
}
