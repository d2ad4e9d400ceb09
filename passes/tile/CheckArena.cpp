// SPDX-License-Identifier: Apache-2.0
// A proof that the planner, or a person who edited a dump, did not let two live tensors overlap. It shares nothing with
// the planner: liveness is found by asking, at each layer, which tensors are still read at or after it.
#include "dialects/mn/Shapes.h"
#include "passes/Passes.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_CHECKARENAPASS
#include "passes/Passes.h.inc"
} // namespace mncc

static bool isReadAtOrAfter(Operation *writer, Operation *moment) {
  return llvm::any_of(writer->getResult(0).getUsers(),
                      [&](Operation *user) { return user == moment || moment->isBeforeInBlock(user); });
}

/// True where `later` may overwrite `earlier` as it reads it: value by value, from the same addresses.
static bool isElementwiseInPlace(mn::LayerOpInterface earlier, mn::LayerOpInterface later) {
  bool isElementwise = isa<mn::AddOp, mn::MulOp, mn::ReluOp, mn::Relu6Op, mn::SigmoidOp, mn::HardSwishOp,
                           mn::HardSigmoidOp>(later.getOperation());
  return isElementwise && llvm::is_contained(later->getOperands(), earlier->getResult(0)) &&
         earlier.getLayoutAttr() == later.getLayoutAttr() &&
         earlier->getResult(0).getType() == later->getResult(0).getType() &&
         earlier.getPlacementAttr().getOffset() == later.getPlacementAttr().getOffset();
}

namespace {

struct CheckArena : mncc::impl::CheckArenaPassBase<CheckArena> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    auto total = module ? module->getAttrOfType<IntegerAttr>("mn.arena_bytes") : IntegerAttr();
    SmallVector<mn::LayerOpInterface> layers(getOperation().getOps<mn::LayerOpInterface>());
    for (auto [index, layer] : llvm::enumerate(layers)) {
      if (failed(checkBounds(layer, total)))
        return signalPassFailure();
      for (mn::LayerOpInterface earlier : ArrayRef(layers).take_front(index))
        if (failed(checkPair(earlier, layer)))
          return signalPassFailure();
    }
  }

private:
  LogicalResult checkBounds(mn::LayerOpInterface layer, IntegerAttr total) {
    mn::PlacementAttr placement = layer.getPlacementAttr();
    if (!placement)
      return layer.emitError() << "expects a placement from plan-arena";
    mn::ImageShape image = mn::getImageShape(layer->getResult(0));
    int64_t channels = image.channels;
    StringRef layout = layer.getLayoutAttr() ? layer.getLayoutAttr().getValue() : "nhwc";
    int64_t block = 1;
    if (layout.consume_front("nchw") && !layout.drop_back().getAsInteger(10, block))
      channels = (channels + block - 1) / block * block;
    int64_t bytes = image.pixels() * channels * 4;
    if (placement.getBytes() < bytes)
      return layer.emitError() << "expects a placement of at least " << bytes << " bytes, found "
                               << placement.getBytes();
    if (placement.getSpace() == mn::Space::Arena && total && placement.getOffset() + bytes > total.getInt())
      return layer.emitError() << "expects a placement inside the arena of " << total.getInt()
                               << " bytes, but it ends at " << placement.getOffset() + bytes;
    return success();
  }

  /// At the moment of `later`, `earlier` must lie elsewhere if anyone still reads it.
  LogicalResult checkPair(mn::LayerOpInterface earlier, mn::LayerOpInterface later) {
    mn::PlacementAttr a = earlier.getPlacementAttr(), b = later.getPlacementAttr();
    if (a.getSpace() != b.getSpace() || a.getIndex() != b.getIndex() || !isReadAtOrAfter(earlier, later))
      return success();
    bool apart = a.getOffset() + a.getBytes() <= b.getOffset() || b.getOffset() + b.getBytes() <= a.getOffset();
    bool isLastReader = llvm::none_of(earlier->getResult(0).getUsers(),
                                      [&](Operation *user) { return later->isBeforeInBlock(user); });
    if (apart || (isLastReader && isElementwiseInPlace(earlier, later)))
      return success();
    auto diagnostic = later.emitError() << "writes bytes " << b.getOffset() << " to " << b.getOffset() + b.getBytes()
                                        << " while another tensor that is still read lies there";
    diagnostic.attachNote(earlier.getLoc()) << "this layer's result lies at bytes " << a.getOffset() << " to "
                                            << a.getOffset() + a.getBytes();
    return diagnostic;
  }
};

} // namespace
