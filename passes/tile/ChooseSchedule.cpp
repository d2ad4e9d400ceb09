// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/ChooseSchedule.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/Strips.h"
#include "dialects/mn/WeightResource.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/KernelBuilder.h"
#include "passes/tile/IntegerTile.h"
#include "passes/tile/RegisterTile.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mncc;

/// The widest vector of at most `lanes` that divides the channel block of every one of `values`; 1 for scalar code.
static int64_t commonVector(ValueRange values, int64_t lanes) {
  for (int64_t vector : {16, 8, 4})
    if (vector <= lanes &&
        llvm::all_of(values, [&](Value value) { return lower::getBufferShape(value).block % vector == 0; }))
      return vector;
  return 1;
}

namespace {

/// Chooses for one row of the target table; each method for one class of kernels.
class Chooser {
public:
  explicit Chooser(mn::TargetAttr target) : target(target) {}

  mn::ScheduleAttr choose(mn::LayerOpInterface layer) {
    Operation *op = layer;
    return llvm::TypeSwitch<Operation *, mn::ScheduleAttr>(op)
        .Case<mn::DepthwiseConv2DOp>([&](auto conv) { return chooseDepthwise(conv); })
        .Case<mn::FullyConnectedOp>([&](auto dense) { return chooseFullyConnected(dense); })
        .Case<mn::Conv2DOp, mn::PointwiseConv2DOp>([&](auto dense) { return chooseDense(dense); })
        .Case<mn::AveragePoolOp, mn::MaxPoolOp>(
            [&](auto pool) { return chooseWindow(cast<mn::LayerOpInterface>(pool.getOperation())); })
        .Case<mn::SoftmaxOp>([&](auto softmax) { return chooseSoftmax(softmax); })
        .Case<mn::NormalizeOp, mn::CopyOp, mn::ReshapeOp, mn::FlattenOp, mn::PadOp, mn::ConcatOp>(
            [&](auto) { return schedule(1, 1, 1); })
        .Case<mn::ResizeOp>([&](auto resize) {
          int64_t vector = commonVector({resize.getInput(), resize.getOutput()}, lanesOf(resize));
          return schedule(vector, 1, vector);
        })
        .Default([&](Operation *other) { return chooseElementwise(cast<mn::LayerOpInterface>(other)); });
  }

private:
  mn::ScheduleAttr schedule(int64_t vector, int64_t pixels, int64_t channels, int64_t unroll = 1,
                            mn::LoopOrder order = mn::LoopOrder::PanelOuter, int64_t rows = 1, int64_t prefetch = 0) {
    return mn::ScheduleAttr::get(target.getContext(), vector, pixels, channels, unroll, order, rows, prefetch,
                                 /*parts=*/1, mn::Split::Channels);
  }

  /// Lanes of a kernel's vectors, unless a layout is narrower.
  int64_t lanesOf(Operation *op) { return target.getLanes(lower::getArithmeticType(op)); }

  /// A few independent vectors a turn hide the latency of one.
  mn::ScheduleAttr chooseElementwise(mn::LayerOpInterface op) {
    if (lower::walksMemory(op))
      return chooseLinear(op);
    SmallVector<Value> values(op->getOperands());
    values.push_back(op->getResult(0));
    int64_t vector = commonVector(values, lanesOf(op));
    int64_t repeats = isa<mn::GlobalAveragePoolOp>(op.getOperation()) ? 8 : 4;
    return schedule(vector, lower::getWidestTile(op, vector, repeats), vector);
  }

  /// Integers in one walk over memory, whatever the channels are.
  mn::ScheduleAttr chooseLinear(mn::LayerOpInterface op) {
    int64_t vector = lower::looksUp(op) ? 1 : target.getLanes();
    int64_t elements = lower::getBufferShape(op->getResult(0)).elements();
    while (elements % vector != 0)
      vector /= 2;
    return schedule(vector, lower::getWidestTile(op, vector, 4), vector);
  }

  /// As wide as the channels fill a few times and the layouts have them side by side; what is left of NHWC's is done
  /// one by one, as are the classes of a small network, where a second form would only be code.
  mn::ScheduleAttr chooseSoftmax(mn::SoftmaxOp op) {
    if (mn::isQuantized(op))
      return schedule(1, 1, 1);
    constexpr int64_t kFew = 4;
    lower::BufferShape input = lower::getBufferShape(op.getInput());
    for (int64_t vector = target.getLanes(); vector >= 4; vector /= 2)
      if (kFew * vector <= input.image.channels && (input.isNhwc() || input.block % vector == 0))
        return schedule(vector, 1, vector);
    return schedule(1, 1, 1);
  }

  /// Lanes for a dense layer: as wide as its result's block, or for NHWC as wide as its channels fill.
  int64_t denseVector(Operation *op) {
    lower::BufferShape shape = lower::getBufferShape(op->getResult(0));
    int64_t vector = lanesOf(op);
    while (vector > 4 && shape.image.channels <= vector / 2)
      vector /= 2;
    return shape.isNhwc() ? vector : std::min(vector, shape.block);
  }

  int64_t denseUnroll(mn::LayerOpInterface op, int64_t vector) {
    // Channels of a byte are four times as many in as much code.
    int64_t unroll = target.getInteger("unroll", 1) * (mn::isQuantized(op) && lower::takesRegisters(op) ? 4 : 1);
    return lower::getEffectiveUnroll(op, vector, unroll, target.hasLaneFma());
  }

  /// One pixel has no reuse of weights, which stream from memory; enough sums to keep the fma going are all it takes.
  mn::ScheduleAttr chooseFullyConnected(mn::FullyConnectedOp op) {
    int64_t vector = denseVector(op);
    int64_t vectors = (mn::getImageShape(op.getResult()).channels + vector - 1) / vector;
    // Sums in parts are many.
    if (mn::isQuantized(op) && lower::getIntegerForm(op).takesSixteens()) {
      int64_t inputs = mn::getImageShape(op.getInput()).channels;
      int64_t width = chooseRegisterTile(op, /*pixels=*/1, vectors, inputs, vector).vectors * vector;
      return schedule(vector, 1, width, denseUnroll(op, vector));
    }
    int64_t wanted = std::clamp<int64_t>(std::ceil(tile::sumsInFlight(target)), 8, 16);
    // Weights that are widened first, and products that are added later, each take a register beside their sum's.
    if (lower::hasNarrowFilter(op) && !target.hasFma())
      wanted = std::min(wanted, target.getRegisters() / 2 - 2);
    return schedule(vector, 1, std::min(vectors, wanted) * vector, denseUnroll(op, vector));
  }

  mn::ScheduleAttr chooseDense(mn::WeightedOpInterface op) {
    auto layer = cast<mn::LayerOpInterface>(op.getOperation());
    Value result = op->getResult(0);
    int64_t vector = denseVector(op);
    mn::ImageShape image = mn::getImageShape(result);
    int64_t vectors = (image.channels + vector - 1) / vector;
    int64_t reduction = mn::countMultiplyAdds(op) / image.elements();
    bool isFlat = isa<mn::PointwiseConv2DOp>(op.getOperation()) && mn::getWindow(op, 0).stride == 1 &&
                  mn::getWindow(op, 1).stride == 1;
    int64_t pixels = isFlat ? lower::countPixels(layer) : countInteriorColumns(op);
    tile::RegisterTile best = chooseRegisterTile(op, pixels, vectors, reduction, vector);
    int64_t tile = lower::getWidestTile(op, vector, best.pixels), channels = best.vectors * vector;
    mn::LoopOrder order = lower::hasLoopOrder(op, vector, tile, channels) ? chooseOrder(op) : mn::LoopOrder::PanelOuter;
    mn::ScheduleAttr chosen = schedule(vector, tile, channels, denseUnroll(op, vector), order);
    int64_t prefetch = choosePrefetch(op, chosen, reduction);
    return prefetch == 0 ? chosen : schedule(vector, tile, channels, chosen.getUnroll(), order, /*rows=*/1, prefetch);
  }

  tile::RegisterTile chooseRegisterTile(mn::WeightedOpInterface op, int64_t pixels, int64_t vectors, int64_t reduction,
                                        int64_t vector) {
    int64_t vectorBits = vector * cast<ShapedType>(op.getFilter().getType()).getElementTypeBitWidth();
    tile::DenseForm form = tile::getDenseForm(op, target, vector);
    if (!mn::isQuantized(op))
      return tile::chooseDenseTile(target, pixels, vectors, reduction, form, vectorBits / 8);
    // A filter with a zero point needs the sums of the inputs too.
    lower::IntegerForm integers = lower::getIntegerForm(op);
    lower::BufferShape output = lower::getBufferShape(op->getResult(0));
    int64_t blockVectors = output.block < output.image.channels ? output.block / vector : 0;
    bool isByPairs = integers.takesPairs();
    tile::IntegerSums sums{op.getFilterZeroPoint() != 0, blockVectors, isByPairs, integers.widensFirst};
    if (lower::takesRegisters(cast<mn::LayerOpInterface>(op.getOperation())))
      return tile::chooseIntegerTile(target, {integers, pixels, vectors, (reduction + 15) / 16, sums});
    int64_t steps = std::max<int64_t>(reduction / integers.group, 1);
    return tile::chooseDenseTile(target, pixels, vectors, steps, form, vector * integers.group, sums);
  }

  /// Weights come from beyond L2, once an inference. While one panel is used the next can come.
  int64_t choosePrefetch(mn::WeightedOpInterface op, mn::ScheduleAttr schedule, int64_t reduction) {
    if (mn::isQuantized(op))
      return 0;
    int64_t weightBits = cast<ShapedType>(op.getFilter().getType()).getElementTypeBitWidth();
    int64_t panelBytes = reduction * schedule.getChannels() * weightBits / 8,
            most = lower::getMostPrefetch(op, schedule);
    if (target.getInteger("prefetched_panel_l2_share") == 0 || 2 * panelBytes > target.getInteger("l2_bytes"))
      return 0;
    lower::BufferShape input = lower::getBufferShape(op.getInput());
    int64_t tiles = (lower::countPixels(op) + schedule.getPixels() - 1) / schedule.getPixels();
    int64_t bursts = tiles * std::max<int64_t>(input.image.channels / input.block, 1);
    int64_t lines = panelBytes / target.getInteger("line_bytes");
    int64_t linesOfBurst = (lines + bursts - 1) / bursts;
    return linesOfBurst <= std::min(most, mn::kMostPrefetch) ? linesOfBurst : 0;
  }

  /// Weights that stay in a share of L2 are read again for each tile of pixels; larger ones are read once. Inputs that
  /// are widened first are then widened once a tile, and not once a panel: that is worth more
  /// (countWeightsReadAgain).
  mn::LoopOrder chooseOrder(mn::WeightedOpInterface op) {
    int64_t weightBytes = mn::countBytes(cast<ShapedType>(op.getFilter().getType()));
    bool widensFirst = mn::isQuantized(op) && lower::getIntegerForm(op).widensFirst;
    int64_t share = target.getInteger("pixel_outer_l2_share"), l2 = target.getInteger("l2_bytes");
    bool isReadAgain =
        widensFirst ? weightBytes <= tile::countWeightsReadAgain(target) : share > 0 && weightBytes * share <= l2;
    return isReadAgain ? mn::LoopOrder::PixelOuter : mn::LoopOrder::PanelOuter;
  }

  /// Columns whose taps all lie inside the image; the others are computed one at a time.
  static int64_t countInteriorColumns(Operation *op) {
    mn::Window columns = mn::getWindow(op, 1);
    return std::max<int64_t>(columns.output() - columns.borderBefore() - columns.borderAfter(), 1);
  }

  mn::ScheduleAttr chooseWindow(mn::LayerOpInterface op) {
    return chooseWindow(op, commonVector({op->getOperand(0), op->getResult(0)}, lanesOf(op)), false);
  }

  mn::ScheduleAttr chooseWindow(mn::LayerOpInterface op, int64_t vector, bool hasWeights) {
    mn::Window rows = mn::getStripWindow(op), columns = mn::getWindow(op, 1);
    tile::WindowTile best = tile::chooseWindowTile(target, rows, columns, hasWeights);
    return schedule(vector, lower::getWidestTile(op, vector, best.columns), vector,
                    lower::getEffectiveUnroll(op, vector, best.taps, false), mn::LoopOrder::PanelOuter,
                    lower::getTallestTile(op, vector, best.rows));
  }

  /// Quads of rows: the columns of one window and the sums of one output column are in registers as far as those go.
  mn::ScheduleAttr chooseQuads(mn::DepthwiseConv2DOp conv, int64_t vector) {
    mn::Window rows = mn::getWindow(conv, 0), columns = mn::getWindow(conv, 1);
    lower::IntegerForm form = lower::getIntegerForm(conv);
    // Where weights of 3x3 are in registers too, more columns share what is read before them.
    int64_t widest = form.takesPairs() || form.product == lower::IntegerForm::Product::SignedQuads ? 14 : 7;
    // One more row of outputs is free where its inputs fill the quads.
    int64_t tall = (lower::kQuadRows - rows.kernel) / rows.stride + 1;
    auto layer = cast<mn::LayerOpInterface>(conv.getOperation());
    return schedule(vector, lower::getWidestTile(layer, vector, widest), vector,
                    lower::getEffectiveUnroll(layer, vector, rows.kernel * columns.kernel, false),
                    mn::LoopOrder::PanelOuter, lower::getTallestTile(layer, vector, std::max<int64_t>(tall, 1)));
  }

  mn::ScheduleAttr chooseDepthwise(mn::DepthwiseConv2DOp conv) {
    auto layer = cast<mn::LayerOpInterface>(conv.getOperation());
    if (lower::takesQuads(conv, target.getLanes()))
      return chooseQuads(conv, target.getLanes());
    SmallVector<Value> values{conv.getInput(), conv.getResult()};
    if (conv.getSkip())
      values.push_back(conv.getSkip());
    bool hasMultiplier = cast<ShapedType>(conv.getFilter().getType()).getDimSize(3) != 1;
    return chooseWindow(layer, hasMultiplier ? 1 : commonVector(values, lanesOf(conv)), true);
  }

  mn::TargetAttr target;
};

} // namespace

mn::ScheduleAttr tile::chooseSchedule(mn::LayerOpInterface layer, mn::TargetAttr target) {
  return Chooser(target).choose(layer);
}
