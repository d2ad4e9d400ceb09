// SPDX-License-Identifier: Apache-2.0
// All memory is the caller's and its size a constant of the header, so every tensor's place is decided here, by
// lifetime.
#include "dialects/mn/Strips.h"
#include "passes/Passes.h"
#include "passes/lower/kernels/KernelBuilder.h"
#include "passes/tile/ArenaPlan.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PLANARENAPASS
#include "passes/Passes.h.inc"
} // namespace mncc

static int64_t bytesOf(Value value) {
  int64_t bits = cast<ShapedType>(value.getType()).getElementTypeBitWidth();
  return lower::getBufferShape(value).elements() * bits / 8;
}

/// The input of a chain that begins with a 1x1 convolution and adds what it began with: a row of the result is written
/// when that row of the input has been read. Nothing where rows are needed later, or by others.
static SmallVector<Value> overwritableInputs(mn::FusedOp chain) {
  SmallVector<mn::WeightedOpInterface> layers = chain.getLayers();
  mn::WeightedOpInterface first = layers.front(), last = layers.back();
  SmallVector<mn::Window> windows = mn::getRowWindows(chain);
  bool addsInput = last.getSkip() && last.getSkip() == first.getInput() && windows.front().isPointwise();
  for (int64_t turn = 1, rows = 0; addsInput && rows < windows.back().output(); ++turn) {
    rows = mn::countRowsAfter(windows, chain.getStrips(), layers.size() - 1, turn);
    addsInput = mn::countRowsAfter(windows, chain.getStrips(), 0, turn) >= rows;
  }
  if (!addsInput)
    return {};
  return {chain.getOutside(cast<BlockArgument>(first.getInput()))};
}

/// Operands that the kernel of `layer` reads only where it then writes: it may overwrite them.
static SmallVector<Value> overwritableOperands(mn::LayerOpInterface layer) {
  if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation()))
    return overwritableInputs(chain);
  if (isa<mn::AddOp, mn::MulOp, mn::ReluOp, mn::Relu6Op, mn::SigmoidOp, mn::HardSwishOp, mn::HardSigmoidOp>(
          layer.getOperation()))
    return SmallVector<Value>(layer->getOperands());
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (weighted && weighted.getSkip() && weighted.getSkip() != weighted.getInput())
    return {weighted.getSkip()};
  return {};
}

namespace {

/// One buffer of the arena, and the layers whose results lie in it one after the other.
struct SharedBuffer {
  tile::ArenaBuffer buffer;
  SmallVector<mn::LayerOpInterface, 2> layers;
};

struct PlanArena : mncc::impl::PlanArenaPassBase<PlanArena> {
  void runOnOperation() override {
    times.clear();
    for (auto [time, op] : llvm::enumerate(getOperation().getBody().front()))
      times[&op] = time;
    std::vector<SharedBuffer> shared;
    for (auto layer : getOperation().getOps<mn::LayerOpInterface>()) {
      if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation()))
        addRings(chain, shared);
      if (!placeOutput(layer))
        addToArena(layer, shared);
    }
    placeArena(shared);
  }

private:
  /// A result of the network is written straight into the caller's buffer.
  bool placeOutput(mn::LayerOpInterface layer) {
    for (OpOperand &use : layer->getResult(0).getUses()) {
      if (!isa<func::ReturnOp>(use.getOwner()))
        continue;
      int64_t bytes = bytesOf(layer->getResult(0));
      layer.setPlacementAttr(
          mn::PlacementAttr::get(&getContext(), mn::Space::Output, use.getOperandNumber(), 0, bytes));
      return true;
    }
    return false;
  }

  /// Rings live while their chain runs.
  void addRings(mn::FusedOp chain, std::vector<SharedBuffer> &shared) {
    SmallVector<mn::WeightedOpInterface> layers = chain.getLayers();
    for (mn::WeightedOpInterface weighted : ArrayRef(layers).drop_back())
      addBuffer(cast<mn::LayerOpInterface>(weighted.getOperation()), times[chain], times[chain], shared);
  }

  void addBuffer(mn::LayerOpInterface layer, int64_t first, int64_t last, std::vector<SharedBuffer> &shared) {
    int64_t bytes = (bytesOf(layer->getResult(0)) + 63) / 64 * 64;
    shared.push_back({{bytes, first, last}, {layer}});
  }

  void addToArena(mn::LayerOpInterface layer, std::vector<SharedBuffer> &shared) {
    if (SharedBuffer *reused = findInPlace(layer, shared)) {
      reused->layers.push_back(layer);
      reused->buffer.last = lastUse(layer);
      return;
    }
    addBuffer(layer, times[layer], lastUse(layer), shared);
  }

  int64_t lastUse(mn::LayerOpInterface layer) {
    int64_t last = times[layer];
    for (Operation *user : layer->getResult(0).getUsers())
      last = std::max(last, times[user]);
    return last;
  }

  /// The buffer of an operand of the result's own shape and layout that `layer` may overwrite and nobody reads later.
  SharedBuffer *findInPlace(mn::LayerOpInterface layer, std::vector<SharedBuffer> &shared) {
    for (Value operand : overwritableOperands(layer))
      for (SharedBuffer &candidate : shared) {
        mn::LayerOpInterface writer = candidate.layers.back();
        if (writer->getResult(0) == operand && operand.getType() == layer->getResult(0).getType() &&
            writer.getLayoutAttr() == layer.getLayoutAttr() && candidate.buffer.last == times[layer])
          return &candidate;
      }
    return nullptr;
  }

  void placeArena(ArrayRef<SharedBuffer> shared) {
    std::vector<tile::ArenaBuffer> buffers;
    for (const SharedBuffer &entry : shared)
      buffers.push_back(entry.buffer);
    int64_t total = tile::planOffsets(buffers);
    for (auto [entry, buffer] : llvm::zip_equal(shared, buffers))
      for (mn::LayerOpInterface layer : entry.layers)
        layer.setPlacementAttr(mn::PlacementAttr::get(&getContext(), mn::Space::Arena, 0, buffer.offset, buffer.bytes));
    if (auto module = getOperation()->getParentOfType<ModuleOp>())
      module->setAttr("mn.arena_bytes", Builder(&getContext()).getI64IntegerAttr(total));
  }

  DenseMap<Operation *, int64_t> times;
};

} // namespace
