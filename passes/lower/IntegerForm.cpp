// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/IntegerForm.h"

#include "passes/lower/kernels/KernelBuilder.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

IntegerForm lower::getIntegerForm(mn::TargetAttr target) {
  using Product = IntegerForm::Product;
  constexpr int64_t kRegisterBytes = 16;
  // Unsigned bytes are what x86 widens and multiplies; where nothing of 16 bits has a sign, pairs are exact too.
  bool isX86 = target && target.getString("arch") == "x86_64";
  auto product = llvm::StringSwitch<Product>(target ? target.getString("int8_product") : StringRef())
                     .Case("pmaddwd", Product::Pairs)
                     .Case("vpdpbusd", Product::UnsignedQuads)
                     .Case("sdot", Product::SignedQuads)
                     .Case("smmla", Product::Matrices)
                     .Case("smull", Product::Sixteens)
                     .Default(Product::Widened);
  switch (product) {
  case Product::Widened:
    return {product, 1, isX86};
  case Product::Pairs:
    return {product, 4, true};
  case Product::UnsignedQuads:
    return {product, 4, true};
  case Product::SignedQuads:
    return {product, 4, false};
  case Product::Matrices:
  case Product::Sixteens:
    return {product, kRegisterBytes, false};
  }
  llvm_unreachable("every product has its form");
}

/// True where `op` is dense and reads whole registers of a pixel. A filter with a zero point needs the sum of what is
/// read, in which padding has no part.
static bool readsRegisters(Operation *op, int64_t bytes) {
  auto dense = dyn_cast<mn::WeightedOpInterface>(op);
  if (!dense || isa<mn::DepthwiseConv2DOp>(op))
    return false;
  BufferShape input = getBufferShape(dense.getInput());
  int64_t channels = input.image.channels;
  return input.block % bytes == 0 && channels >= bytes && (dense.getFilterZeroPoint() == 0 || channels % bytes == 0);
}

/// True where `op` is a layer of 1x1 with channels by whole groups, so few that those of a tile do not need much of the
/// stack, and multiplies no sums of inputs. SSE has no load that spreads what it loads.
static bool canWidenFirst(Operation *op, const IntegerForm &form, mn::TargetAttr target) {
  constexpr int64_t kMostChannels = 1024, kFewestLanes = 8;
  auto dense = dyn_cast<mn::WeightedOpInterface>(op);
  if (target.getLanes() < kFewestLanes || !dense || isa<mn::DepthwiseConv2DOp>(op) || dense.getFilterZeroPoint() != 0 ||
      !mn::isPointwise(op))
    return false;
  BufferShape input = getBufferShape(dense.getInput());
  int64_t channels = input.image.channels;
  return channels <= kMostChannels && channels % input.block == 0 && input.block % form.group == 0;
}

IntegerForm lower::getIntegerForm(Operation *op) {
  using Product = IntegerForm::Product;
  auto module = op->getParentOfType<ModuleOp>();
  auto target = module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr();
  IntegerForm form = getIntegerForm(target);
  form.widensFirst = form.takesPairs() && canWidenFirst(op, form, target);
  if (!form.takesSixteens())
    return form;
  bool hasPixels = mn::getImageShape(op->getResult(0)).pixels() > 1;
  if (readsRegisters(op, form.group) && (hasPixels || form.product == Product::Sixteens))
    return form;
  return form.product == Product::Matrices ? IntegerForm{Product::SignedQuads, 4, false}
                                           : IntegerForm{Product::Widened, 1, false};
}
