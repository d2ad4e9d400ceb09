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
    std::vector<float> all;
    WalkResult result = module.walk([&](mn::LayerOpInterface layer) {
      if (!layer.getScheduleAttr()) {
        layer.emitError() << "expects a schedule from choose-tiles before its weights are packed";
        return WalkResult::interrupt();
      }
      FailureOr<std::vector<float>> packed = lower::packLayer(layer);
      if (failed(packed))
        return WalkResult::interrupt();
      if (!packed->empty())
        append(layer, *packed, all);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    auto name = module->getAttrOfType<StringAttr>("mn.name");
    int64_t elements = all.size();
    module->setAttr(
        "mn.weights",
        mn::makeWeights(&getContext(), (name ? name.getValue().str() : "network") + "_weights", {elements}, all));
  }

  /// Appends `packed` at the next multiple of 64 bytes and writes its place on the layer.
  void append(Operation *layer, const std::vector<float> &packed, std::vector<float> &all) {
    all.resize((all.size() + 15) / 16 * 16, 0.0f);
    int64_t offset = all.size() * sizeof(float);
    layer->setAttr("packed", mn::BufferAttr::get(&getContext(), mn::Space::Weights, 0, offset));
    all.insert(all.end(), packed.begin(), packed.end());
  }
};

} // namespace
