// SPDX-License-Identifier: Apache-2.0
// Kernels stream their constants in the order in which they use them, so the order is made here, once, at compile time.
#include "dialects/mn/WeightResource.h"
#include "passes/Passes.h"
#include "passes/lower/WeightPacking.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PACKWEIGHTSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

struct PackWeights : mncc::impl::PackWeightsPassBase<PackWeights> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    // A dump taken after lower-to-kernels has nothing left to pack.
    if (module->hasAttr("mn.inputs"))
      return;
    std::vector<char> all;
    bool isNarrow = false;
    WalkResult result = module.walk([&](mn::LayerOpInterface layer) {
      if (!layer.getScheduleAttr()) {
        layer.emitError() << "expects a schedule from choose-tiles before its weights are packed";
        return WalkResult::interrupt();
      }
      FailureOr<std::vector<char>> packed = lower::packLayer(layer);
      if (failed(packed))
        return WalkResult::interrupt();
      auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
      isNarrow |= weighted && lower::hasNarrowFilter(weighted);
      if (!packed->empty())
        append(layer, *packed, all);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    // A blob of bytes, unless all of it is f32.
    Type element = isNarrow ? Type(IntegerType::get(&getContext(), 8)) : Float32Type::get(&getContext());
    int64_t elements = all.size() * 8 / element.getIntOrFloatBitWidth();
    auto name = module->getAttrOfType<StringAttr>("mn.name");
    module->setAttr("mn.weights", mn::makeWeights((name ? name.getValue().str() : "network") + "_weights",
                                                  RankedTensorType::get({elements}, element), all));
  }

  /// Appends `stored` at the next multiple of 64 bytes and writes its place on the layer.
  void append(Operation *layer, ArrayRef<char> stored, std::vector<char> &all) {
    all.resize((all.size() + 63) / 64 * 64);
    layer->setAttr("packed", mn::BufferAttr::get(&getContext(), mn::Space::Weights, 0, all.size()));
    all.insert(all.end(), stored.begin(), stored.end());
  }
};

} // namespace
