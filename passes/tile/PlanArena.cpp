// SPDX-License-Identifier: Apache-2.0
// All memory is the caller's and its size a constant of the header, so every tensor's place is decided here: largest
// first, each at the lowest offset that is free while it lives (Pisarchyk and Lee, arXiv 2001.03288, greedy by size).
#include "passes/Passes.h"
#include "passes/lower/kernels/KernelBuilder.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PLANARENAPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

/// One buffer of the arena: alive from the op that writes it to the last op that reads it, both included.
struct ArenaBuffer {
  SmallVector<mn::LayerOpInterface> layers;
  int64_t bytes, first, last, offset = -1;
};

struct PlanArena : mncc::impl::PlanArenaPassBase<PlanArena> {
  void runOnOperation() override {
    func::FuncOp network = getOperation();
    std::vector<ArenaBuffer> buffers;
    int64_t time = 0;
    for (Operation &op : network.getBody().front())
      times[&op] = time++;
    for (auto layer : network.getOps<mn::LayerOpInterface>()) {
      if (placeOutput(layer))
        continue;
      if (ArenaBuffer *buffer = findInPlace(layer, buffers)) {
        buffer->layers.push_back(layer);
        buffer->last = lastUse(layer);
      } else {
        buffers.push_back({{layer}, bytesOf(layer), times[layer], lastUse(layer)});
      }
    }
    int64_t bytes = assignOffsets(buffers);
    for (const ArenaBuffer &buffer : buffers)
      for (mn::LayerOpInterface layer : buffer.layers)
        layer.setPlacementAttr(
            mn::PlacementAttr::get(&getContext(), mn::Space::Arena, 0, buffer.offset, bytesOf(layer)));
    if (auto module = network->getParentOfType<ModuleOp>())
      module->setAttr("mn.arena_bytes", Builder(&getContext()).getI64IntegerAttr(bytes));
  }

private:
  static int64_t bytesOf(mn::LayerOpInterface layer) {
    return (lower::getBufferShape(layer->getResult(0)).elements() * 4 + 63) / 64 * 64;
  }

  /// A result of the network is written straight into the caller's buffer.
  bool placeOutput(mn::LayerOpInterface layer) {
    for (OpOperand &use : layer->getResult(0).getUses()) {
      if (!isa<func::ReturnOp>(use.getOwner()))
        continue;
      int64_t bytes = lower::getBufferShape(layer->getResult(0)).elements() * 4;
      layer.setPlacementAttr(
          mn::PlacementAttr::get(&getContext(), mn::Space::Output, use.getOperandNumber(), 0, bytes));
      return true;
    }
    return false;
  }

  int64_t lastUse(mn::LayerOpInterface layer) {
    int64_t last = times[layer];
    for (Operation *user : layer->getResult(0).getUsers())
      last = std::max(last, times[user]);
    return last;
  }

  /// The buffer that an elementwise layer may overwrite: an operand of its own shape and layout that dies there.
  ArenaBuffer *findInPlace(mn::LayerOpInterface layer, std::vector<ArenaBuffer> &buffers) {
    if (!isa<mn::AddOp, mn::MulOp, mn::ReluOp, mn::Relu6Op, mn::SigmoidOp, mn::HardSwishOp, mn::HardSigmoidOp>(
            layer.getOperation()))
      return nullptr;
    for (Value operand : layer->getOperands())
      for (ArenaBuffer &buffer : buffers) {
        mn::LayerOpInterface writer = buffer.layers.back();
        if (writer->getResult(0) == operand && operand.getType() == layer->getResult(0).getType() &&
            writer.getLayoutAttr() == layer.getLayoutAttr() && buffer.last == times[layer])
          return &buffer;
      }
    return nullptr;
  }

  static int64_t assignOffsets(std::vector<ArenaBuffer> &buffers) {
    std::vector<ArenaBuffer *> order;
    for (ArenaBuffer &buffer : buffers)
      order.push_back(&buffer);
    llvm::sort(order, [](auto *a, auto *b) { return std::tie(b->bytes, a->first) < std::tie(a->bytes, b->first); });
    std::vector<ArenaBuffer *> placed;
    int64_t total = 0;
    for (ArenaBuffer *buffer : order) {
      buffer->offset = lowestFreeOffset(*buffer, placed);
      total = std::max(total, buffer->offset + buffer->bytes);
      placed.push_back(buffer);
      llvm::sort(placed, [](auto *a, auto *b) { return std::tie(a->offset, a->first) < std::tie(b->offset, b->first); });
    }
    return total;
  }

  /// `placed` is sorted by offset.
  static int64_t lowestFreeOffset(const ArenaBuffer &buffer, ArrayRef<ArenaBuffer *> placed) {
    int64_t offset = 0;
    for (const ArenaBuffer *other : placed) {
      bool liveTogether = other->first <= buffer.last && buffer.first <= other->last;
      if (!liveTogether)
        continue;
      if (other->offset >= offset + buffer.bytes)
        break;
      offset = std::max(offset, other->offset + other->bytes);
    }
    return offset;
  }

  DenseMap<Operation *, int64_t> times;
};

} // namespace
