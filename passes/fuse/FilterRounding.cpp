// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse/FilterRounding.h"

#include "dialects/mn/NarrowFloat.h"
#include "dialects/mn/WeightResource.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

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

LogicalResult mncc::roundFilter(WeightedOpInterface layer, FloatType format) {
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
