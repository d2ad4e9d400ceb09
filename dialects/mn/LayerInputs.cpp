// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/LayerInputs.h"

using namespace mlir;
using namespace mncc;

/// Weights may be arguments of a function, so constants alone do not tell them apart.
static bool isWeights(mn::WeightedOpInterface layer, Value value) {
  return value == layer.getFilter() || value == layer.getBias() || value == layer.getScales();
}

SmallVector<Value> mn::listInputs(LayerOpInterface layer) {
  auto weighted = dyn_cast<WeightedOpInterface>(layer.getOperation());
  SmallVector<Value> inputs;
  for (Value operand : layer->getOperands())
    if (!operand.getDefiningOp<ConstantOp>() && !(weighted && isWeights(weighted, operand)) &&
        !llvm::is_contained(inputs, operand))
      inputs.push_back(operand);
  return inputs;
}
