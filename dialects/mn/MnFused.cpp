// SPDX-License-Identifier: Apache-2.0
// `mn.fused`: what makes a chain of layers one layer, and what its verifier rejects (labels as in MnVerify.cpp).
#include "dialects/mn/Strips.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mncc::mn;

SmallVector<WeightedOpInterface> FusedOp::getLayers() {
  return SmallVector<WeightedOpInterface>(getBody().front().getOps<WeightedOpInterface>());
}

LayerOpInterface FusedOp::getLastLayer() {
  return cast<YieldOp>(getBody().front().getTerminator()).getValue().getDefiningOp<LayerOpInterface>();
}

StringAttr FusedOp::getLayoutAttr() { return getLastLayer().getLayoutAttr(); }
void FusedOp::setLayoutAttr(StringAttr layout) { getLastLayer().setLayoutAttr(layout); }
ScheduleAttr FusedOp::getScheduleAttr() { return getLastLayer().getScheduleAttr(); }
void FusedOp::setScheduleAttr(ScheduleAttr schedule) { getLastLayer().setScheduleAttr(schedule); }
PlacementAttr FusedOp::getPlacementAttr() { return getLastLayer().getPlacementAttr(); }
void FusedOp::setPlacementAttr(PlacementAttr placement) { getLastLayer().setPlacementAttr(placement); }
void FusedOp::setFusedAttr(ArrayAttr fused) { getLastLayer().setFusedAttr(fused); }

/// All layers of the description but the first, which names the op.
ArrayAttr FusedOp::getFusedAttr() {
  Builder builder(getContext());
  SmallVector<Attribute> names;
  for (auto [index, weighted] : llvm::enumerate(getLayers())) {
    auto layer = cast<LayerOpInterface>(weighted.getOperation());
    if (index > 0)
      names.push_back(builder.getStringAttr(getLocationName(layer.getLoc())));
    if (ArrayAttr taken = layer.getFusedAttr())
      llvm::append_range(names, taken);
  }
  return builder.getArrayAttr(names);
}

/// fused_c2: convolutions, each of which reads the one before it and nobody else does; skip tensors at the end only.
static LogicalResult verifyChain(FusedOp op, ArrayRef<WeightedOpInterface> layers) {
  Value previous;
  for (WeightedOpInterface layer : layers) {
    if (isa<FullyConnectedOp>(layer.getOperation()))
      return layer.emitError() << "expects convolutions inside 'mn.fused'";
    bool reads = previous ? layer.getInput() == previous : isa<BlockArgument>(layer.getInput());
    if (!reads)
      return layer.emitError() << "expects to read " << (previous ? "the layer before it" : "an input of 'mn.fused'")
                               << " inside 'mn.fused'";
    if (previous && !previous.hasOneUse())
      return previous.getDefiningOp()->emitError() << "expects one reader inside 'mn.fused'";
    if (layer.getSkip() && (layer != layers.back() || !isa<BlockArgument>(layer.getSkip())))
      return layer.emitError() << "expects a skip tensor at the last layer of 'mn.fused' only, from outside";
    previous = layer->getResult(0);
  }
  if (cast<YieldOp>(op.getBody().front().getTerminator()).getValue() != previous || previous.getType() != op.getType())
    return op.emitError() << "expects to yield the last layer's result of its own type " << op.getType();
  return success();
}

/// True where the kernel of `layer` reads the rows of a strip as one run of pixels, which no ring may break.
static bool readsRun(WeightedOpInterface layer) {
  return !isa<DepthwiseConv2DOp>(layer.getOperation()) && isPointwise(layer);
}

/// fused_c4: strips that cut heights evenly; fused_c5: rings of whole strips that hold what the next layer reads.
static LogicalResult verifyRows(FusedOp op) {
  SmallVector<WeightedOpInterface> layers = op.getLayers();
  SmallVector<Window> windows = getRowWindows(op);
  ArrayRef<int64_t> strips = op.getStrips(), rings = op.getRings();
  for (auto [index, window] : llvm::enumerate(windows)) {
    if (window.padBefore > (window.kernel - 1) * window.dilation)
      return op.emitError() << "expects less padding than a window covers, found " << window.padBefore
                            << " rows in layer " << index;
    if (strips[index] < 1 || window.output() % strips[index] != 0)
      return op.emitError() << "expects a strip of layer " << index << " that divides its " << window.output()
                            << " rows, found " << strips[index];
  }
  for (size_t index = 0; index < rings.size(); ++index) {
    int64_t least = countLeastRing(windows, strips, index), height = windows[index].output();
    if (rings[index] < least || rings[index] > height || rings[index] % strips[index] != 0)
      return op.emitError() << "expects a ring of layer " << index << " of " << least << " to " << height
                            << " rows, a multiple of its strip of " << strips[index] << ", found " << rings[index];
    if (readsRun(layers[index + 1]) && rings[index] % strips[index + 1] != 0)
      return op.emitError() << "expects a ring of layer " << index << " that is a multiple of its reader's strip of "
                            << strips[index + 1] << ", found " << rings[index];
  }
  return success();
}

LogicalResult FusedOp::verifyRegions() {
  // fused_c1: an input for each argument.
  Block &block = getBody().front();
  if (!llvm::equal(block.getArgumentTypes(), getInputs().getTypes()))
    return emitError() << "expects arguments of the types of its inputs";
  for (Operation &inner : block)
    if (!isa<ConstantOp, WeightedOpInterface, YieldOp>(inner))
      return inner.emitError() << "expects constants and convolutions inside 'mn.fused'";
  SmallVector<WeightedOpInterface> layers = getLayers();
  if (layers.size() < 2 || !isa_and_nonnull<YieldOp>(block.getTerminator()))
    return emitError() << "expects two layers at least, and 'mn.yield'";
  if (failed(verifyChain(*this, layers)))
    return failure();
  // fused_c3: a number for each layer, a ring for each but the last.
  if (getStrips().size() != layers.size() || getRings().size() + 1 != layers.size())
    return emitError() << "expects " << layers.size() << " strips and " << layers.size() - 1 << " rings, found "
                       << getStrips().size() << " and " << getRings().size();
  return verifyRows(*this);
}
