// SPDX-License-Identifier: Apache-2.0
// Between layers channels lie in blocks as wide as a vector, so that every access is one aligned vector and no row of
// pixels maps onto one set of the cache; what the caller sees is NHWC.
#include "dialects/mn/Quantization.h"
#include "dialects/mn/Shapes.h"
#include "passes/Passes.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/kernels/KernelBuilder.h"
#include "passes/tile/RequireTarget.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_CHOOSELAYOUTSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Integers fill lines of 64 bytes, or where that would leave some empty, all channels stand in one block of whole
/// registers of 16.
static int64_t chooseIntegerBlock(int64_t channels) {
  constexpr int64_t kLine = 64, kRegister = 16;
  return channels % kLine == 0 ? kLine : (channels + kRegister - 1) / kRegister * kRegister;
}

/// The widest block of at most `lanes` channels of which `channels` fill more than half.
static int64_t chooseBlock(int64_t channels, int64_t lanes) {
  while (lanes > 4 && channels <= lanes / 2)
    lanes /= 2;
  return lanes;
}

static bool isReturned(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) { return isa<func::ReturnOp>(user); });
}

/// Kernels that walk single values read and write any layout; their result stays in the plain one.
static bool isScalarOp(Operation *op) { return isa<mn::SoftmaxOp, mn::ReshapeOp, mn::FlattenOp>(op); }

/// Kernels that read their input a vector of channels at a time.
static bool readsVectors(Operation *op) {
  return isa<mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp, mn::GlobalAveragePoolOp, mn::ResizeOp>(op);
}

namespace {

struct ChooseLayouts : mncc::impl::ChooseLayoutsPassBase<ChooseLayouts> {
  void runOnOperation() override {
    target = tile::requireTarget(getOperation());
    if (!target)
      return signalPassFailure();
    copyReturnedValues();
    SmallVector<mn::LayerOpInterface> layers(getOperation().getOps<mn::LayerOpInterface>());
    for (mn::LayerOpInterface layer : layers)
      layer.setLayoutAttr(layoutOf(layer));
    for (mn::LayerOpInterface layer : layers)
      makeOperandsFit(layer);
  }

private:
  /// Bytes of an image that only change their type are read by a convolution as they lie.
  static bool isPlain(mn::LayerOpInterface layer) {
    return isScalarOp(layer) || isReturned(layer->getResult(0)) ||
           (isa<mn::QuantizeOp>(layer.getOperation()) && isa<BlockArgument>(layer->getOperand(0)));
  }

  int64_t blockOf(Value value) {
    int64_t channels = mn::getImageShape(value).channels;
    return mn::getQuantization(value) ? chooseIntegerBlock(channels) : chooseBlock(channels, lanesOf(value));
  }

  /// Floats lie in no block of more than 16: integers that are made of them lie as they do.
  StringAttr layoutOf(mn::LayerOpInterface layer) {
    auto source = isa<mn::QuantizeOp>(layer.getOperation()) ? layer->getOperand(0).getDefiningOp<mn::LayerOpInterface>()
                                                            : mn::LayerOpInterface();
    if (source && !mn::isQuantized(source) && !isPlain(layer))
      return source.getLayoutAttr();
    return layoutFor(layer->getResult(0), isPlain(layer));
  }

  StringAttr layoutFor(Value value, bool plain) {
    return StringAttr::get(&getContext(), plain ? "nhwc" : "nchw" + std::to_string(blockOf(value)) + "c");
  }

  Value copy(OpBuilder &builder, Value value, StringAttr layout) {
    auto copy = mn::CopyOp::create(builder, value.getLoc(), value.getType(), value, ArrayAttr(), layout,
                                   mn::ScheduleAttr(), mn::PlacementAttr(), mn::NumericsAttr());
    return copy;
  }

  /// An output buffer holds one result, which some layer must write: arguments that are returned, and values that are
  /// returned twice, are copied.
  void copyReturnedValues() {
    auto terminator = cast<func::ReturnOp>(getOperation().getBody().front().getTerminator());
    OpBuilder builder(terminator);
    llvm::DenseSet<Value> written;
    for (OpOperand &operand : terminator->getOpOperands())
      if (!operand.get().getDefiningOp<mn::LayerOpInterface>() || !written.insert(operand.get()).second)
        operand.set(copy(builder, operand.get(), StringAttr::get(&getContext(), "nhwc")));
  }

  /// Copies operands into a layout that the layer's kernel can read.
  void makeOperandsFit(mn::LayerOpInterface layer) {
    OpBuilder builder(layer);
    auto fit = [&](OpOperand &operand, StringAttr layout) { operand.set(copy(builder, operand.get(), layout)); };
    if (readsVectors(layer)) {
      OpOperand &input = layer->getOpOperand(0);
      lower::BufferShape shape = lower::getBufferShape(input.get());
      if (shape.block % blockOf(input.get()) != 0)
        fit(input, layoutFor(input.get(), /*plain=*/false));
    }
    if (lower::walksMemory(layer) || (mn::isQuantized(layer) && isa<mn::AddOp, mn::MulOp>(layer.getOperation())))
      for (OpOperand &operand : layer->getOpOperands())
        if (lower::getBufferShape(operand.get()).block != lower::getBufferShape(layer->getResult(0)).block)
          fit(operand, layer.getLayoutAttr());
    auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
    if (!weighted || !weighted.getSkip())
      return;
    lower::BufferShape result = lower::getBufferShape(layer->getResult(0));
    if (lower::getBufferShape(weighted.getSkip()).block != result.block)
      fit(*weighted.getSkipMutable().begin(), layer.getLayoutAttr());
  }

  int64_t lanesOf(Value value) { return target.getLanes(getElementTypeOrSelf(value)); }

  mn::TargetAttr target;
};

} // namespace
