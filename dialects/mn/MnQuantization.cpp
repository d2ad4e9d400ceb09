// SPDX-License-Identifier: Apache-2.0
// What the verifiers of `mn` ask of quantised tensors and layers. Labels as in MnVerify.cpp.
#include "dialects/mn/MnQuantization.h"
#include "dialects/mn/Quantization.h"

#include "mlir/IR/Builders.h"

#include <cmath>

using namespace mlir;
using namespace mncc::mn;

LogicalResult QuantizationAttr::verify(function_ref<InFlightDiagnostic()> emitError, FloatAttr scale, int64_t) {
  // quantization_c1: a scale that divides.
  if (const llvm::APFloat &value = scale.getValue();
      !scale.getType().isF32() || !value.isNormal() || value.isNegative())
    return emitError() << "expects a positive, normal scale of f32, found " << scale;
  return success();
}

LogicalResult QuantizationAttr::verifyEncoding(ArrayRef<int64_t>, Type element,
                                               function_ref<InFlightDiagnostic()> emitError) const {
  // quantization_c2: integers of 8 bits.
  if (!element.isInteger(8) || element.isSignedInteger(8))
    return emitError() << "expects #mn.quantization on tensors of i8 or ui8, found " << element;
  // quantization_c3: 0 is one of them.
  IntegerRange range = getElementRange(element);
  if (getZeroPoint() < range.least || getZeroPoint() > range.most)
    return emitError() << "expects a zero point from " << range.least << " to " << range.most << ", found "
                       << getZeroPoint();
  return success();
}

static Type elementOf(Value value) { return cast<ShapedType>(value.getType()).getElementType(); }

static bool isByte(Value value) { return elementOf(value).isInteger(8); }

/// True for the bytes of an image, which `op` reads as they are.
static bool readsImage(Operation *op, Value value) {
  bool isFloat = !getQuantization(op->getResult(0));
  return elementOf(value).isUnsignedInteger(8) &&
         (isa<NormalizeOp, CopyOp>(op) || (isa<WeightedOpInterface>(op) && isFloat));
}

/// The operands that are tensors between layers.
static SmallVector<Value> getTensors(Operation *op) {
  if (auto weighted = dyn_cast<WeightedOpInterface>(op)) {
    SmallVector<Value> tensors{weighted.getInput()};
    if (weighted.getSkip())
      tensors.push_back(weighted.getSkip());
    return tensors;
  }
  if (isa<BatchNormOp>(op))
    return {op->getOperand(0)};
  return SmallVector<Value>(op->getOperands());
}

/// quantized_c1: integers have a scale; quantized_c2: no layer but those that convert mixes them with floats, or with
/// integers of another type.
static LogicalResult verifyTensors(Operation *op) {
  SmallVector<Value> tensors = getTensors(op);
  tensors.push_back(op->getResult(0));
  for (Value value : tensors)
    if (isByte(value) && !getQuantization(value) && !readsImage(op, value) &&
        !(isa<CopyOp>(op) && value == op->getResult(0)))
      return op->emitError() << "expects #mn.quantization on a tensor of integers, found " << value.getType();
  bool isResultQuantized = isQuantized(op);
  if (isa<QuantizeOp>(op) && !isResultQuantized)
    return op->emitError() << "expects a result of integers, found " << op->getResult(0).getType();
  if (isa<DequantizeOp>(op) && (isResultQuantized || !getQuantization(op->getOperand(0))))
    return op->emitError() << "expects an input of integers and a result of floats, found "
                           << op->getOperand(0).getType() << " and " << op->getResult(0).getType();
  if (isa<QuantizeOp, DequantizeOp>(op))
    return success();
  for (Value value : tensors) {
    if (bool(getQuantization(value)) != isResultQuantized)
      return op->emitError() << "expects integers or floats only, found " << value.getType() << " and a result of "
                             << op->getResult(0).getType();
    if (isResultQuantized && elementOf(value) != elementOf(op->getResult(0)))
      return op->emitError() << "expects integers of one type, found " << value.getType() << " and a result of "
                             << op->getResult(0).getType();
  }
  return success();
}

/// quantized_c7: integers are clamped, not passed through a curve.
static LogicalResult verifyActivation(Operation *op, Activation activation) {
  if (!isQuantized(op) || llvm::is_contained({Activation::None, Activation::Relu, Activation::Relu6}, activation))
    return success();
  return op->emitError() << "expects no activation, relu or relu6 on integers, found "
                         << stringifyActivation(activation);
}

static LogicalResult verifyWeights(WeightedOpInterface op) {
  if (!isQuantized(op)) {
    // quantized_c3: a layer on floats has weights of floats.
    if (!isa<FloatType>(elementOf(op.getFilter())) || (op.getBias() && !isa<FloatType>(elementOf(op.getBias()))) ||
        op.getScales() || op.getFilterZeroPoint() != 0)
      return op->emitError() << "expects a filter and a bias of floats and no scales with a result of "
                             << op->getResult(0).getType();
    return success();
  }
  // quantized_c4: a layer on integers has a filter of i8, its scales, and a bias of i32.
  if (!elementOf(op.getFilter()).isInteger(8) || !op.getScales() || !elementOf(op.getScales()).isF32() ||
      (op.getBias() && !elementOf(op.getBias()).isInteger(32)))
    return op->emitError() << "expects a filter of i8, scales of f32 and a bias of i32 with a result of "
                           << op->getResult(0).getType();
  // quantized_c5: a scale for all output channels, or one a channel.
  auto scales = cast<ShapedType>(op.getScales().getType());
  int64_t channels = cast<ShapedType>(op->getResult(0).getType()).getShape().back();
  if (scales.getRank() != 1 || (scales.getDimSize(0) != 1 && scales.getDimSize(0) != channels))
    return op->emitError() << "expects 1 or " << channels << " scales of its filter, found " << scales;
  // quantized_c6: 0 is a value of the filter's type.
  auto zero = static_cast<int64_t>(op.getFilterZeroPoint());
  if (zero < -128 || zero > 127)
    return op->emitError() << "expects a zero point of its filter from -128 to 127, found " << zero;
  // quantized_c10: a sum with another layer rounds twice, which 'mn.add' does.
  if (op.getSkip())
    return op->emitError() << "expects no skip tensor on integers, found " << op.getSkip().getType();
  return verifyActivation(op, op.getActivation());
}

/// What of quantized_c3 and quantized_c7 speaks of layers without a filter, and quantized_c9: layers that TFLite has on
/// floats only.
static LogicalResult verifyOthers(Operation *op) {
  if (auto norm = dyn_cast<BatchNormOp>(op))
    for (Value parameter : {norm.getGamma(), norm.getBeta(), norm.getMean(), norm.getVariance()})
      if (!isa<FloatType>(elementOf(parameter)))
        return op->emitError() << "expects parameters of floats, found " << parameter.getType();
  if (isa<BatchNormOp, NormalizeOp, HardSigmoidOp>(op) && isQuantized(op))
    return op->emitError() << "expects a result of floats, found " << op->getResult(0).getType();
  if (auto sum = dyn_cast<AddOp>(op))
    return verifyActivation(op, sum.getActivation());
  if (auto product = dyn_cast<MulOp>(op))
    return verifyActivation(op, product.getActivation());
  return success();
}

/// quantized_c8: layers that only move or compare integers keep their scale, and those whose results fill a fixed range
/// have its scale (TFLite's quantisation specification).
static LogicalResult verifyScales(Operation *op) {
  if (isa<AveragePoolOp, MaxPoolOp, PadOp, ReshapeOp, FlattenOp, DropoutOp, CopyOp, ResizeOp>(op) &&
      getQuantization(op->getOperand(0)) != getQuantization(op->getResult(0)))
    return op->emitError() << "expects a result of its input's quantization, found " << op->getOperand(0).getType()
                           << " and " << op->getResult(0).getType();
  auto type = cast<ShapedType>(op->getResult(0).getType());
  QuantizationAttr result = getQuantization(type);
  int64_t least = getElementRange(type.getElementType()).least;
  if (isa<SoftmaxOp, SigmoidOp>(op) && (result.getRealScale() != 1.0 / 256 || result.getZeroPoint() != least))
    return op->emitError() << "expects a result of scale 1/256 and zero point " << least << ", found " << type;
  return success();
}

LogicalResult mncc::mn::verifyQuantization(Operation *op) {
  if (failed(verifyTensors(op)))
    return failure();
  if (auto weighted = dyn_cast<WeightedOpInterface>(op); weighted && failed(verifyWeights(weighted)))
    return failure();
  if (failed(verifyOthers(op)))
    return failure();
  if (isQuantized(op))
    return verifyScales(op);
  // numerics_c1: floats have one way to round.
  if (op->hasAttr("numerics") && !isa<DequantizeOp>(op))
    return op->emitError() << "expects 'numerics' on layers of integers only";
  return success();
}
