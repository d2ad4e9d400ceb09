// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse/Absorb.h"

#include "dialects/mn/Quantization.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

Operation *mncc::getOnlyUser(Value value) { return value.hasOneUse() ? *value.user_begin() : nullptr; }

Activation mncc::getFreeActivation(Operation *op) {
  // A layer of integers clamps when it requantises.
  if (!op || (isa<LayerOpInterface>(op) && isQuantized(op)))
    return Activation::None;
  return TypeSwitch<Operation *, Activation>(op)
      .Case<ReluOp>([](auto) { return Activation::Relu; })
      .Case<Relu6Op>([](auto) { return Activation::Relu6; })
      .Case<SigmoidOp>([](auto) { return Activation::Sigmoid; })
      .Case<HardSwishOp>([](auto) { return Activation::HardSwish; })
      .Case<HardSigmoidOp>([](auto) { return Activation::HardSigmoid; })
      .Default([](Operation *) { return Activation::None; });
}

std::optional<Activation> mncc::getOwnActivation(Operation *op) {
  return TypeSwitch<Operation *, std::optional<Activation>>(op)
      .Case<WeightedOpInterface, AddOp, MulOp>([](auto layer) { return layer.getActivation(); })
      .Default([](Operation *) { return std::nullopt; });
}

bool mncc::isConvolutionClamp(Operation *layer, Operation *activation) {
  return isa<Conv2DOp, DepthwiseConv2DOp, PointwiseConv2DOp>(layer) && !cast<WeightedOpInterface>(layer).getSkip() &&
         isClamp(getFreeActivation(activation));
}

bool mncc::isClamp(Activation activation) { return activation == Activation::Relu || activation == Activation::Relu6; }

void mncc::absorb(RewriterBase &rewriter, LayerOpInterface layer, LayerOpInterface taken) {
  // A layer that stands for `taken` from the start has its name already.
  auto append = [&](StringRef name) {
    if (!name.empty() && name != getLocationName(layer->getLoc()))
      appendFused(layer, name);
  };
  rewriter.modifyOpInPlace(layer, [&] {
    append(getLocationName(taken->getLoc()));
    if (auto names = taken.getFusedAttr())
      for (auto name : names.getAsRange<StringAttr>())
        append(name.getValue());
  });
  rewriter.replaceOp(taken, layer->getResults());
}

void mncc::absorbActivation(RewriterBase &rewriter, LayerOpInterface layer, LayerOpInterface taken) {
  Activation activation = getFreeActivation(taken);
  rewriter.modifyOpInPlace(layer, [&] {
    TypeSwitch<Operation *>(layer).Case<WeightedOpInterface, AddOp, MulOp>(
        [&](auto op) { op.setActivation(activation); });
  });
  absorb(rewriter, layer, taken);
}

void mncc::eraseUnusedWeights(Operation *function) {
  function->walk([](ConstantOp constant) {
    if (constant->use_empty())
      constant.erase();
  });
}
