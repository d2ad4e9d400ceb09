// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/IntegerForm.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

IntegerForm lower::getIntegerForm(mn::TargetAttr target) {
  using Product = IntegerForm::Product;
  // Unsigned bytes are what x86 widens and multiplies; where nothing of 16 bits has a sign, pairs are exact too.
  bool isX86 = target && target.getString("arch") == "x86_64";
  auto product = llvm::StringSwitch<Product>(target ? target.getString("int8_product") : StringRef())
                     .Case("pmaddwd", Product::Pairs)
                     .Case("vpdpbusd", Product::UnsignedQuads)
                     .Case("sdot", Product::SignedQuads)
                     .Default(Product::Widened);
  switch (product) {
  case Product::Widened:
    return {product, 1, 8, isX86};
  case Product::Pairs:
    return {product, 4, 16, true};
  case Product::UnsignedQuads:
    return {product, 4, 8, true};
  case Product::SignedQuads:
    return {product, 4, 8, false};
  }
  llvm_unreachable("every product has its form");
}

IntegerForm lower::getIntegerForm(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  return getIntegerForm(module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr());
}
