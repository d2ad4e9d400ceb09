// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/ScheduleLimits.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/Strips.h"
#include "passes/lower/IntegerForm.h"
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/Tiling.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static mn::TargetAttr getTargetOf(Operation *op) {
  return op->getParentOfType<ModuleOp>()->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
}

static bool isDense(Operation *op) { return isa<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::FullyConnectedOp>(op); }
static bool isWindowed(Operation *op) { return isa<mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>(op); }

static int64_t countInteriorColumns(Operation *op) {
  mn::Window columns = mn::getWindow(op, 1);
  return columns.output() - columns.borderBefore() - columns.borderAfter();
}

bool lower::isLinear(mn::LayerOpInterface layer, int64_t vector) {
  BufferShape output = getBufferShape(layer->getResult(0));
  return output.elements() % vector == 0 && llvm::all_of(layer->getOperands(), [&](Value operand) {
           BufferShape shape = getBufferShape(operand);
           return shape.block == output.block && shape.elements() == output.elements();
         });
}

static int64_t countElementwiseTurns(mn::LayerOpInterface layer, int64_t vector) {
  BufferShape output = getBufferShape(layer->getResult(0));
  return isLinear(layer, vector) ? output.elements() / vector : output.image.pixels();
}

int64_t lower::countChannelVectors(mn::LayerOpInterface layer, int64_t vector) {
  return (mn::getImageShape(layer->getResult(0)).channels + vector - 1) / vector;
}

int64_t lower::countPixels(mn::LayerOpInterface layer) {
  return mn::getStripRows(layer) * mn::getImageShape(layer->getResult(0)).width;
}

int64_t lower::getWidestTile(mn::LayerOpInterface layer, int64_t vector, int64_t pixels) {
  Operation *op = layer;
  auto widest = [&](int64_t positions) { return cutEvenly(std::max<int64_t>(positions, 1), pixels).front().size; };
  if (isDense(op) && mn::isPointwise(op))
    return widest(isa<mn::FullyConnectedOp>(op) ? 1 : countPixels(layer));
  if (isWindowed(op))
    return widest(mn::getWindow(op, 1).output());
  if (isDense(op))
    return widest(countInteriorColumns(op));
  if (isa<mn::GlobalAveragePoolOp>(op))
    return widest(countChannelVectors(layer, vector));
  return std::min(countElementwiseTurns(layer, vector), pixels);
}

/// True where the kernel multiplies pairs of input rows, for one output row.
static bool isByPairs(mn::LayerOpInterface layer, int64_t vector) {
  mn::DepthwiseConv2DOp depthwise = getQuadLayer(layer, vector);
  return depthwise && getIntegerForm(depthwise).takesPairs();
}

int64_t lower::getTallestTile(mn::LayerOpInterface layer, int64_t vector, int64_t rows) {
  mn::Window window = mn::getWindow(layer, 0);
  // The rows that share an input row would lie apart.
  return window.dilation > 1 || isByPairs(layer, vector) ? 1 : cutEvenly(mn::getStripRows(layer), rows).front().size;
}

/// The most taps that an output has inside the image along `window`.
static int64_t countMostTaps(const mn::Window &window) {
  int64_t most = 0;
  for (int64_t position = 0; position < window.output(); ++position)
    most = std::max(most, window.endTap(position) - window.firstTap(position));
  return most;
}

/// Straight-line code for taps of which each output has one at most is what a loop over them comes to.
static int64_t getWindowUnroll(Operation *op, int64_t unroll) {
  mn::Window rows = mn::getWindow(op, 0), columns = mn::getWindow(op, 1);
  if (unroll >= rows.kernel * columns.kernel && countMostTaps(rows) > 1)
    return rows.kernel * columns.kernel;
  return unroll >= columns.kernel && countMostTaps(columns) > 1 ? columns.kernel : 1;
}

/// How often the loop over blocks repeats its body, where `most` is wanted: all turns are whole, and three are left, as
/// LLVM takes a loop of two apart.
static int64_t countBlocksUnrolled(int64_t blocks, int64_t most) {
  int64_t factor = std::clamp<int64_t>(blocks / 3, 1, most);
  while (blocks % factor != 0)
    --factor;
  return factor;
}

int64_t lower::countLaneChannels(mn::LayerOpInterface layer) { return 128 / getArithmeticType(layer).getWidth(); }

/// The input channels of a pixel that follow each other in memory.
static int64_t countBlockChannels(mn::LayerOpInterface layer) {
  Value input = layer->getOperand(0);
  return std::min(getBufferShape(input).block, mn::getImageShape(input).channels);
}

bool lower::hasRowRuns(mn::LayerOpInterface layer) {
  return countBlockChannels(layer) < countLaneChannels(layer) && getBufferShape(layer->getOperand(0)).isNhwc() &&
         mn::getWindow(layer, 1).dilation == 1 && countInteriorColumns(layer) > 0;
}

int64_t lower::countRunChannels(mn::LayerOpInterface layer) {
  int64_t channels = countBlockChannels(layer);
  return hasRowRuns(layer) ? mn::getWindow(layer, 1).kernel * channels : channels;
}

bool lower::takesLanes(mn::LayerOpInterface layer, int64_t vector, bool hasLaneFma) {
  return hasLaneFma && vector > 1 && countRunChannels(layer) >= countLaneChannels(layer) &&
         getElementTypeOrSelf(layer->getOperand(0)) == getArithmeticType(layer);
}

static constexpr int64_t kRegisterBytes = 16;

bool lower::takesRegisters(mn::LayerOpInterface layer) {
  Value input = layer->getOperand(0);
  IntegerForm form = getIntegerForm(layer);
  return (form.product == IntegerForm::Product::SignedQuads || form.takesSixteens()) &&
         std::min(getBufferShape(input).block, mn::getImageShape(input).channels) >= kRegisterBytes;
}

/// Input channels that a dense kernel takes at once.
static int64_t countStepChannels(mn::WeightedOpInterface op, int64_t vector, bool hasLaneFma) {
  if (mn::isQuantized(op)) {
    IntegerForm form = getIntegerForm(op);
    return takesRegisters(cast<mn::LayerOpInterface>(op.getOperation())) ? kRegisterBytes : form.group;
  }
  if (hasMatrices(op, vector))
    return 4;
  if (takesLanes(cast<mn::LayerOpInterface>(op.getOperation()), vector, hasLaneFma))
    return countLaneChannels(cast<mn::LayerOpInterface>(op.getOperation()));
  return hasPairs(op, vector) ? 2 : 1;
}

int64_t lower::getEffectiveUnroll(mn::LayerOpInterface layer, int64_t vector, int64_t unroll, bool hasLaneFma) {
  Operation *op = layer;
  if (isWindowed(op))
    return getWindowUnroll(op, unroll);
  if (!isDense(op))
    return 1;
  int64_t turns = takesLanes(layer, vector, hasLaneFma) ? countRunChannels(layer) : countBlockChannels(layer);
  int64_t blocks = mn::getImageShape(op->getOperand(0)).channels / turns;
  int64_t step = countStepChannels(cast<mn::WeightedOpInterface>(op), vector, hasLaneFma);
  if (unroll >= 2 * turns && blocks > 1)
    return turns * countBlocksUnrolled(blocks, unroll / turns);
  // The last step of integers may be filled up.
  int64_t whole = mn::isQuantized(op) ? (turns + step - 1) / step : turns / step;
  int64_t steps = std::max<int64_t>(whole, 1), factor = std::max<int64_t>(unroll / step, 1);
  // A loop of which only one whole turn would be left is no loop.
  return (2 * factor > steps ? steps : factor) * step;
}

bool lower::hasLoopOrder(mn::LayerOpInterface layer, int64_t vector, int64_t pixels, int64_t channels) {
  Operation *op = layer;
  if (!isDense(op) || isa<mn::FullyConnectedOp>(op) || countChannelVectors(layer, vector) * vector <= channels)
    return false;
  mn::ImageShape image = mn::getImageShape(layer->getResult(0));
  return mn::isPointwise(op) ? countPixels(layer) > pixels
                             : mn::getStripRows(op) > 1 || image.width > std::max<int64_t>(pixels, 1);
}

int64_t lower::getMostPrefetch(mn::LayerOpInterface layer, mn::ScheduleAttr schedule) {
  if (schedule.getOrder() != mn::LoopOrder::PanelOuter || mn::isQuantized(layer) || !mn::isPointwise(layer) ||
      !hasLoopOrder(layer, schedule.getVector(), schedule.getPixels(), schedule.getChannels()))
    return 0;
  auto filter = cast<ShapedType>(cast<mn::WeightedOpInterface>(layer.getOperation()).getFilter().getType());
  int64_t lineWeights = getTargetOf(layer).getInteger("line_bytes", 64) * 8 / filter.getElementTypeBitWidth();
  return mn::getImageShape(layer->getOperand(0)).channels * schedule.getChannels() / lineWeights / 2;
}

static int64_t countDenseShares(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, mn::Split split) {
  BufferShape output = getBufferShape(layer->getResult(0));
  int64_t vector = schedule.getVector();
  if (split == mn::Split::Channels)
    return countTurns(cutPanels(output, vector, schedule.getChannels() / vector));
  if (isa<mn::FullyConnectedOp>(layer.getOperation()))
    return 1;
  if (mn::isPointwise(layer))
    return countTurns(cutEvenly(output.image.pixels(), schedule.getPixels()));
  if (output.image.height > 1)
    return output.image.height;
  return countTurns(cutColumns(mn::getWindow(layer, 1), schedule.getPixels()));
}

/// A depthwise kernel by quads takes several vectors of channels at once.
static int64_t countChannelShares(mn::LayerOpInterface layer, mn::ScheduleAttr schedule) {
  int64_t lanes = schedule.getVector();
  mn::DepthwiseConv2DOp depthwise = getQuadLayer(layer, lanes);
  if (!depthwise)
    return countChannelVectors(layer, lanes);
  return countTurns(cutQuads(mn::getImageShape(depthwise.getResult()).channels, lanes,
                             countQuadVectors(depthwise, schedule.getRows())));
}

int64_t lower::countShares(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, mn::Split split) {
  Operation *op = layer;
  if (isa<mn::SoftmaxOp, mn::NormalizeOp, mn::CopyOp, mn::ReshapeOp, mn::FlattenOp, mn::PadOp, mn::ConcatOp,
          mn::ResizeOp>(op))
    return 0;
  if (isDense(op))
    return countDenseShares(layer, schedule, split);
  int64_t vectors = countChannelVectors(layer, schedule.getVector());
  if (isWindowed(op))
    return split == mn::Split::Channels
               ? countChannelShares(layer, schedule)
               : countTurns(cutEvenly(mn::getImageShape(op->getResult(0)).height, schedule.getRows()));
  if (split == mn::Split::Pixels)
    return 0;
  if (isa<mn::GlobalAveragePoolOp>(op))
    return countTurns(cutEvenly(vectors, schedule.getPixels()));
  return isLinear(layer, schedule.getVector()) ? getBufferShape(op->getResult(0)).elements() / schedule.getVector()
                                               : vectors;
}
