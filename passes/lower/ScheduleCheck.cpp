// SPDX-License-Identifier: Apache-2.0
// A schedule may come from a hand-edited dump: what the kernels cannot do is an error here, never a silent change.
#include "passes/lower/ScheduleCheck.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/Strips.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/kernels/KernelBuilder.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

/// Which fields a kernel class obeys beside `vector`.
struct Fields {
  bool vector, rows, pixels, channels, unroll, order;
};

} // namespace

static Fields fieldsOf(Operation *op) {
  if (isa<mn::FullyConnectedOp>(op))
    return {true, false, false, true, true, false};
  if (isa<mn::Conv2DOp, mn::PointwiseConv2DOp>(op))
    return {true, false, true, true, true, true};
  if (isa<mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>(op))
    return {true, true, true, false, true, false};
  if (isa<mn::ResizeOp, mn::SoftmaxOp>(op))
    return {true, false, false, false, false, false};
  if (isa<mn::NormalizeOp, mn::CopyOp, mn::ReshapeOp, mn::FlattenOp, mn::PadOp, mn::ConcatOp>(op))
    return {false, false, false, false, false, false};
  return {true, false, true, false, false, false};
}

/// The buffers whose channels the kernel handles a vector at a time.
static SmallVector<Value> vectorBuffers(mn::LayerOpInterface layer) {
  SmallVector<Value> values{layer->getResult(0)};
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (weighted && weighted.getSkip())
    values.push_back(weighted.getSkip());
  if (isa<mn::DepthwiseConv2DOp>(layer.getOperation()))
    values.push_back(weighted.getInput());
  if (!weighted)
    llvm::append_range(values, layer->getOperands());
  return values;
}

static LogicalResult checkVector(mn::LayerOpInterface layer, int64_t vector) {
  // Instructions on integers have one width each, where LLVM cuts arithmetic on floats to the row's.
  auto target = layer->getParentOfType<ModuleOp>()->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  if (int64_t most = target ? target.getLanes(getArithmeticType(layer)) : vector;
      mn::isQuantized(layer) && vector > most)
    return layer.emitError() << "schedule expects a vector of integers that a register holds, at most " << most
                             << ", found " << vector;
  // A walk over memory knows no channels.
  if (walksMemory(layer))
    return success();
  // These finish what fills no vector one by one.
  bool takesRests = isa<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::FullyConnectedOp, mn::SoftmaxOp>(layer.getOperation());
  for (Value value : vectorBuffers(layer)) {
    BufferShape shape = getBufferShape(value);
    if (shape.block % vector == 0 || (takesRests && shape.isNhwc()))
      continue;
    return layer.emitError() << "schedule expects a vector that divides the channel block of " << shape.block
                             << ", found " << vector;
  }
  if (int64_t channels = mn::getImageShape(layer->getResult(0)).channels;
      isa<mn::SoftmaxOp>(layer.getOperation()) && vector > channels)
    return layer.emitError() << "schedule expects a vector that the channels fill, at most " << channels << ", found "
                             << vector;
  if (auto conv = dyn_cast<mn::DepthwiseConv2DOp>(layer.getOperation()))
    if (vector > 1 && cast<ShapedType>(conv.getFilter().getType()).getDimSize(3) > 1)
      return layer.emitError() << "schedule expects a vector of 1 where the depth multiplier is not 1, found "
                               << vector;
  return success();
}

/// The layouts of tensors that a kernel walks with one address.
static LogicalResult checkLayouts(mn::LayerOpInterface layer) {
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  SmallVector<Value> sharing;
  if (weighted && weighted.getSkip())
    sharing.push_back(weighted.getSkip());
  for (Value value : sharing)
    if (getBufferShape(value).block != getBufferShape(layer->getResult(0)).block)
      return layer.emitError() << "expects its skip tensor in the layout of its result";
  return success();
}

/// Values that make the same code as another one are refused as well.
static LogicalResult checkEffects(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, const Fields &fields) {
  int64_t vector = schedule.getVector(), pixels = schedule.getPixels(), channels = schedule.getChannels();
  auto module = layer->getParentOfType<ModuleOp>();
  auto target = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  if (int64_t widest = getWidestTile(layer, vector, pixels); fields.pixels && pixels != widest)
    return layer.emitError() << "schedule expects a tile that is used, pixels = " << widest << ", found " << pixels;
  if (int64_t tallest = getTallestTile(layer, vector, schedule.getRows()); fields.rows && schedule.getRows() != tallest)
    return layer.emitError() << "schedule expects a tile that is used, rows = " << tallest << ", found "
                             << schedule.getRows();
  if (int64_t most = countChannelVectors(layer, vector) * vector; fields.channels && channels > most)
    return layer.emitError() << "schedule expects at most all channels, " << most << ", found " << channels;
  int64_t unroll = getEffectiveUnroll(layer, vector, schedule.getUnroll(), target && target.hasLaneFma());
  if (fields.unroll && schedule.getUnroll() != unroll)
    return layer.emitError() << "schedule expects an unroll factor that its loop can have, such as " << unroll
                             << ", found " << schedule.getUnroll();
  if (fields.order && schedule.getOrder() == mn::LoopOrder::PixelOuter &&
      !hasLoopOrder(layer, vector, pixels, channels))
    return layer.emitError() << "schedule expects order = panel_outer for a single panel or tile, found pixel_outer";
  if (int64_t most = fields.order ? getMostPrefetch(layer, schedule) : 0; schedule.getPrefetch() > most)
    return layer.emitError() << "schedule expects at most " << most << " lines to prefetch, found "
                             << schedule.getPrefetch();
  return success();
}

/// Parts are the threads' that the module asks for, and none is empty.
static LogicalResult checkParts(mn::LayerOpInterface layer, mn::ScheduleAttr schedule) {
  int64_t parts = schedule.getParts();
  if (parts == 1 && schedule.getSplit() != mn::Split::Channels)
    return layer.emitError() << "schedule expects split = channels for one part, found pixels";
  if (parts == 1)
    return success();
  if (mn::getFusedIndex(layer))
    return layer.emitError() << "schedule expects one part inside 'mn.fused', found " << parts;
  int64_t threads = mn::getThreads(layer->getParentOfType<ModuleOp>());
  int64_t shares = countShares(layer, schedule, schedule.getSplit());
  if (parts > threads)
    return layer.emitError() << "schedule expects at most a part for each of the module's threads, " << threads
                             << ", found " << parts;
  if (parts > shares)
    return layer.emitError() << "schedule expects at most a part for each tile along its split, "
                             << std::max<int64_t>(shares, 1) << ", found " << parts;
  return success();
}

LogicalResult lower::checkSchedule(mn::LayerOpInterface layer) {
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  if (!schedule)
    return layer.emitError() << "expects a schedule from choose-tiles";
  Fields fields = fieldsOf(layer);
  int64_t vector = schedule.getVector();
  auto refuse = [&](StringRef field, int64_t expected, int64_t found) {
    return layer.emitError() << "schedule expects " << field << " = " << expected << " for this layer, found " << found;
  };
  if (!fields.vector && vector != 1)
    return refuse("vector", 1, vector);
  if (!fields.rows && schedule.getRows() != 1)
    return refuse("rows", 1, schedule.getRows());
  if (!fields.pixels && schedule.getPixels() != 1)
    return refuse("pixels", 1, schedule.getPixels());
  if (!fields.channels && schedule.getChannels() != vector)
    return refuse("channels", vector, schedule.getChannels());
  if (!fields.unroll && schedule.getUnroll() != 1)
    return refuse("unroll", 1, schedule.getUnroll());
  if (!fields.order && schedule.getOrder() != mn::LoopOrder::PanelOuter)
    return layer.emitError() << "schedule expects order = panel_outer for this layer, found pixel_outer";
  if (failed(checkLayouts(layer)) || failed(checkEffects(layer, schedule, fields)) ||
      failed(checkParts(layer, schedule)))
    return failure();
  return fields.vector ? checkVector(layer, vector) : success();
}
