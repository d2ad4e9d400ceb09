// SPDX-License-Identifier: Apache-2.0
// Judges the planner and people who edit dumps. It shares nothing with the planner but what the turns of a chain are
// (dialects/mn/Strips.h): for each pair of layers it asks whether the earlier result is still read when the later one
// is written.
#include "passes/tile/CheckArena.h"

#include "dialects/mn/Strips.h"
#include "passes/Passes.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_CHECKARENAPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Bytes of the layer's result in its layout, padded channels included; of a ring, of the rows that it keeps.
static int64_t neededBytes(mn::LayerOpInterface layer) {
  mn::ImageShape image = mn::getImageShape(layer->getResult(0));
  StringRef layout = layer.getLayoutAttr() ? layer.getLayoutAttr().getValue() : "nhwc";
  int64_t channels = image.channels, block = 1;
  if (layout.consume_front("nchw") && !layout.drop_back().getAsInteger(10, block))
    channels = (channels + block - 1) / block * block;
  return mn::getRingRows(layer) * image.width * channels *
         cast<ShapedType>(layer->getResult(0).getType()).getElementTypeBitWidth() / 8;
}

/// The op of the network's list in which `layer` runs: itself, or the `mn.fused` around it.
static Operation *momentOf(mn::LayerOpInterface layer) {
  auto chain = layer->getParentOfType<mn::FusedOp>();
  return chain ? chain.getOperation() : layer.getOperation();
}

static LogicalResult checkOutput(mn::LayerOpInterface layer, mn::PlacementAttr placement) {
  Operation *end = layer->getBlock()->getTerminator();
  bool isReturned =
      placement.getIndex() < end->getNumOperands() && end->getOperand(placement.getIndex()) == layer->getResult(0);
  if (!isReturned)
    return layer.emitError() << "lies in output " << placement.getIndex()
                             << ", but is not what the network returns there";
  if (StringAttr layout = layer.getLayoutAttr(); layout && layout != "nhwc")
    return layer.emitError() << "expects the layout nhwc in an output, where the caller reads it, found "
                             << layout.getValue();
  if (placement.getOffset() != 0 || placement.getBytes() != neededBytes(layer))
    return layer.emitError() << "expects to fill its output of " << neededBytes(layer) << " bytes from offset 0, found "
                             << placement.getBytes() << " bytes from " << placement.getOffset();
  return success();
}

static LogicalResult checkBounds(mn::LayerOpInterface layer, int64_t arenaBytes) {
  mn::PlacementAttr placement = layer.getPlacementAttr();
  if (!placement)
    return layer.emitError() << "expects a placement from plan-arena";
  if (placement.getSpace() == mn::Space::Output && momentOf(layer) == layer.getOperation())
    return checkOutput(layer, placement);
  if (placement.getSpace() != mn::Space::Arena)
    return layer.emitError() << "expects a result in the arena or in an output, found one in the space "
                             << mn::stringifySpace(placement.getSpace());
  for (Operation *user : layer->getResult(0).getUsers())
    if (isa<func::ReturnOp>(user))
      return layer.emitError() << "is returned, but lies in the arena instead of an output";
  if (placement.getBytes() < neededBytes(layer))
    return layer.emitError() << "expects a placement of at least " << neededBytes(layer) << " bytes, found "
                             << placement.getBytes();
  if (placement.getBytes() > arenaBytes - placement.getOffset())
    return layer.emitError() << "expects a placement inside the arena of " << arenaBytes << " bytes, found "
                             << placement.getBytes() << " bytes from " << placement.getOffset();
  return success();
}

/// True where a chain reads `value` as its first layer's input, a pixel for a pixel, and as its skip tensor, and has
/// read each row before it writes it.
static bool readsRowsFirst(mn::FusedOp chain, Value value) {
  SmallVector<mn::Window> windows = mn::getRowWindows(chain);
  SmallVector<mn::WeightedOpInterface> layers = chain.getLayers();
  for (auto [input, argument] : llvm::zip_equal(chain.getInputs(), chain.getBody().getArguments()))
    if (input == value && llvm::any_of(argument.getUses(), [&](OpOperand &use) {
          bool isInput = use.getOwner() == layers.front() && use.get() == layers.front().getInput() &&
                         use.getOperandNumber() == 0 && windows.front().isPointwise();
          return !isInput && !(use.getOwner() == layers.back() && layers.back().getSkip() == argument);
        }))
      return false;
  int64_t turns = windows.back().output() / chain.getStrips().back();
  for (int64_t turn = 1; turn <= turns; ++turn)
    if (mn::countRowsAfter(windows, chain.getStrips(), 0, turn) <
        mn::countRowsAfter(windows, chain.getStrips(), layers.size() - 1, turn))
      return false;
  return true;
}

/// True where `later` reads `earlier` from the very addresses that it then writes, and from no other.
static bool readsInPlace(mn::LayerOpInterface earlier, mn::LayerOpInterface later) {
  if (earlier.getLayoutAttr() != later.getLayoutAttr() || earlier.getPlacementAttr() != later.getPlacementAttr() ||
      earlier->getResult(0).getType() != later->getResult(0).getType())
    return false;
  Value value = earlier->getResult(0);
  if (auto chain = dyn_cast<mn::FusedOp>(later.getOperation()))
    return readsRowsFirst(chain, value);
  if (auto weighted = dyn_cast<mn::WeightedOpInterface>(later.getOperation()))
    return weighted.getSkip() == value && weighted.getInput() != value;
  return isa<mn::AddOp, mn::MulOp, mn::ReluOp, mn::Relu6Op, mn::SigmoidOp, mn::HardSwishOp, mn::HardSigmoidOp>(
             later.getOperation()) &&
         llvm::is_contained(later->getOperands(), value);
}

static LogicalResult checkPair(mn::LayerOpInterface earlier, mn::LayerOpInterface later) {
  mn::PlacementAttr a = earlier.getPlacementAttr(), b = later.getPlacementAttr();
  bool apart = a.getSpace() != b.getSpace() || a.getIndex() != b.getIndex() ||
               a.getOffset() + a.getBytes() <= b.getOffset() || b.getOffset() + b.getBytes() <= a.getOffset();
  if (apart)
    return success();
  Operation *now = momentOf(later);
  bool isRing = momentOf(earlier) != earlier.getOperation();
  // A ring is written and read all through its chain, and never afterwards.
  bool isReadNow = isRing && momentOf(earlier) == now, isReadLater = false;
  for (Operation *user : earlier->getResult(0).getUsers()) {
    isReadNow |= user == now;
    isReadLater |= !isRing && now->isBeforeInBlock(user);
  }
  if (!isReadLater && (!isReadNow || (!isRing && readsInPlace(earlier, later))))
    return success();
  InFlightDiagnostic error = later.emitError()
                             << "writes bytes " << b.getOffset() << " to " << b.getOffset() + b.getBytes()
                             << " while another tensor that is still read lies there";
  error.attachNote(earlier.getLoc()) << "this layer's result lies at bytes " << a.getOffset() << " to "
                                     << a.getOffset() + a.getBytes();
  return error;
}

LogicalResult tile::checkArena(func::FuncOp network) {
  auto module = network->getParentOfType<ModuleOp>();
  auto arenaBytes = module ? module->getAttrOfType<IntegerAttr>("mn.arena_bytes") : IntegerAttr();
  if (!arenaBytes)
    return network.emitError() << "expects the attribute 'mn.arena_bytes' on the module";
  SmallVector<mn::LayerOpInterface> layers;
  // The last layer of a chain is the chain's own result.
  network.walk([&](mn::LayerOpInterface layer) {
    auto chain = layer->getParentOfType<mn::FusedOp>();
    if (!chain || chain.getLastLayer() != layer)
      layers.push_back(layer);
  });
  for (mn::LayerOpInterface layer : layers)
    if (failed(checkBounds(layer, arenaBytes.getInt())))
      return failure();
  for (auto [index, later] : llvm::enumerate(layers))
    for (mn::LayerOpInterface earlier : ArrayRef(layers).take_front(index))
      if (failed(checkPair(earlier, later)))
        return failure();
  return success();
}

namespace {

struct CheckArena : mncc::impl::CheckArenaPassBase<CheckArena> {
  void runOnOperation() override {
    if (failed(tile::checkArena(getOperation())))
      signalPassFailure();
  }
};

} // namespace
