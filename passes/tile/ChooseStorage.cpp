// SPDX-License-Identifier: Apache-2.0
// Instructions that multiply bytes want them with a sign or without; what stands for what is only a zero point.
#include "dialects/mn/Quantization.h"
#include "passes/Passes.h"
#include "passes/lower/IntegerForm.h"
#include "passes/tile/RequireTarget.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_CHOOSESTORAGEPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// How far the integers of i8 and ui8 that stand for the same values lie apart.
static constexpr int64_t kShift = 128;

static bool isOnlyReturned(Value value) {
  return llvm::all_of(value.getUsers(), [](Operation *user) { return isa<func::ReturnOp>(user); });
}

namespace {

struct ChooseStorage : mncc::impl::ChooseStoragePassBase<ChooseStorage> {
  void runOnOperation() override {
    mn::TargetAttr target = tile::requireTarget(getOperation());
    if (!target)
      return signalPassFailure();
    isUnsigned = lower::getIntegerForm(target).isUnsigned;
    Block &body = getOperation().getBody().front();
    for (BlockArgument argument : body.getArguments())
      if (isOther(argument) && !isOnlyReturned(argument))
        convertArgument(argument, body);
    SmallVector<mn::LayerOpInterface> layers(getOperation().getOps<mn::LayerOpInterface>());
    for (mn::LayerOpInterface layer : layers)
      if (auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation()); weighted && mn::isQuantized(layer))
        layer->setAttr(mn::kFloatProductAttr, BoolAttr::get(&getContext(), mn::multipliesScalesInFloat(weighted)));
    for (mn::LayerOpInterface layer : layers)
      if (isOther(layer->getResult(0)))
        convertResult(layer);
    for (mn::QuantizeOp op : llvm::make_early_inc_range(body.getOps<mn::QuantizeOp>()))
      dropIdentity(op);
  }

private:
  /// A change of type is none where both sides are stored alike.
  static void dropIdentity(mn::QuantizeOp op) {
    if (op.getInput().getType() != op.getType())
      return;
    op.replaceAllUsesWith(op.getInput());
    op.erase();
  }

  bool isOther(Value value) {
    return mn::getQuantization(value) && getElementTypeOrSelf(value).isUnsignedInteger() != isUnsigned;
  }

  RankedTensorType convert(Type type) {
    auto tensor = cast<RankedTensorType>(type);
    mn::QuantizationAttr quantization = mn::getQuantization(type);
    Type element = IntegerType::get(&getContext(), 8, isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
    int64_t zero = quantization.getZeroPoint() + (isUnsigned ? kShift : -kShift);
    return RankedTensorType::get(tensor.getShape(), element,
                                 mn::QuantizationAttr::get(&getContext(), quantization.getScale(), zero));
  }

  static Value quantize(OpBuilder &builder, Value value, Type type) {
    return mn::QuantizeOp::create(builder, value.getLoc(), type, value, ArrayAttr(), StringAttr(), mn::ScheduleAttr(),
                                  mn::PlacementAttr(), mn::NumericsAttr());
  }

  void convertArgument(BlockArgument argument, Block &body) {
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    Value converted = quantize(builder, argument, convert(argument.getType()));
    argument.replaceUsesWithIf(converted, [&](OpOperand &use) {
      return use.getOwner() != converted.getDefiningOp() && !isa<func::ReturnOp>(use.getOwner());
    });
  }

  /// What the caller sees keeps its type.
  void convertResult(mn::LayerOpInterface layer) {
    Value result = layer->getResult(0);
    Type type = result.getType();
    result.setType(convert(type));
    OpBuilder builder(getOperation().getBody().front().getTerminator());
    layer->setAttr(mn::kStoredShiftAttr, builder.getI64IntegerAttr(isUnsigned ? kShift : -kShift));
    Value original;
    for (OpOperand &use : llvm::make_early_inc_range(result.getUses()))
      if (isa<func::ReturnOp>(use.getOwner())) {
        original = original ? original : quantize(builder, result, type);
        use.set(original);
      }
  }

  bool isUnsigned = false;
};

} // namespace
