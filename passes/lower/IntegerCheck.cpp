// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/IntegerCheck.h"

#include "dialects/mn/Quantization.h"

using namespace mlir;
using namespace mncc;

LogicalResult lower::checkIntegers(mn::LayerOpInterface layer) {
  if (!mn::isQuantized(layer))
    return success();
  auto refuse = [&](StringRef what) {
    auto diagnostic = layer.emitError() << what << " of integers has no kernel yet";
    diagnostic.attachNote() << "put 'mn.dequantize' before it and 'mn.quantize' behind it";
    return diagnostic;
  };
  if (isa<mn::ResizeOp>(layer.getOperation()))
    return refuse("resize");
  auto hasScale = [&](Value input) { return mn::getQuantization(input) == mn::getQuantization(layer->getResult(0)); };
  if (isa<mn::ConcatOp>(layer.getOperation()) && !llvm::all_of(layer->getOperands(), hasScale))
    return refuse("concatenation");
  return success();
}
