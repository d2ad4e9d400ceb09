// SPDX-License-Identifier: Apache-2.0
// Stored in 16 bits, weights take half of the flash. The rounding stands here, in the IR, because it defines the
// network: from here on the evaluator, every row and the C++ read the same values.
#include "dialects/mn/NarrowFloat.h"
#include "dialects/mn/WeightResource.h"
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_ROUNDWEIGHTSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Reports a weight of `layer` that `format` does not hold.
static LogicalResult checkRange(WeightedOpInterface layer, ArrayRef<float> values, FloatType format) {
  float largest = APFloat::getLargest(format.getFloatSemantics()).convertToFloat();
  for (float value : values) {
    if (std::fabs(value) <= largest)
      continue;
    auto diagnostic = layer.emitError() << "expects weights of at most " << double(largest) << " in " << format
                                        << ", found " << double(value);
    diagnostic.attachNote() << "the batch norm is folded in by now; --weights-format=bf16 has the range of f32";
    return diagnostic;
  }
  return success();
}

static LogicalResult roundFilter(WeightedOpInterface layer, FloatType format) {
  auto values = readWeights(layer.getFilter());
  if (failed(values) || failed(checkRange(layer, *values, format)))
    return failure();
  std::vector<uint16_t> narrowed(values->size());
  llvm::transform(*values, narrowed.begin(), [&](float value) { return narrowFloat(value, format); });
  auto type = RankedTensorType::get(cast<ShapedType>(layer.getFilter().getType()).getShape(), format);
  ArrayRef<char> bytes(reinterpret_cast<const char *>(narrowed.data()), narrowed.size() * sizeof(uint16_t));
  OpBuilder builder(layer);
  auto attribute = makeWeights((getLocationName(layer->getLoc()) + "_kernel").str(), type, bytes);
  layer.getFilterMutable().assign(ConstantOp::create(builder, layer->getLoc(), attribute));
  return success();
}

namespace {

struct RoundWeights : mncc::impl::RoundWeightsPassBase<RoundWeights> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    FloatType format = module ? getWeightsFormat(module) : FloatType();
    if (!format || format.isF32())
      return;
    WalkResult result = getOperation().walk([&](WeightedOpInterface layer) {
      return failed(roundFilter(layer, format)) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return signalPassFailure();
    eraseUnusedWeights(getOperation());
  }
};

} // namespace
