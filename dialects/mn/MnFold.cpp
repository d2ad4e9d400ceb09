// SPDX-License-Identifier: Apache-2.0
// What a layer folds to without looking at its neighbours.
#include "dialects/mn/Mn.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mncc::mn;

Operation *MnDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  return elements && elements.getType() == type ? ConstantOp::create(builder, loc, elements).getOperation() : nullptr;
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

OpFoldResult DropoutOp::fold(FoldAdaptor) { return getInput(); }

OpFoldResult PadOp::fold(FoldAdaptor) {
  return llvm::all_of(getPadding(), [](int64_t pixels) { return pixels == 0; }) ? getInput() : Value();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) { return getInput().getType() == getType() ? getInput() : Value(); }

OpFoldResult FlattenOp::fold(FoldAdaptor) { return getInput().getType() == getType() ? getInput() : Value(); }
