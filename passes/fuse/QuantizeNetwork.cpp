// SPDX-License-Identifier: Apache-2.0
// Integers of 8 bits take a quarter of the memory, and machines multiply four times as many of them at once. Which real
// numbers they stand for is decided here, by TFLite's quantisation specification, from the ranges that calibration has
// measured.
#include "passes/fuse/QuantizeNetwork.h"

#include "dialects/mn/Quantization.h"
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"
#include "passes/fuse/Pipeline.h"
#include "passes/fuse/QuantizeWeights.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_QUANTIZENETWORKPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

/// Real numbers from `least` to `most`.
struct RealRange {
  double least, most;

  void include(RealRange other) { least = std::min(least, other.least), most = std::max(most, other.most); }
};

} // namespace

bool mncc::keepsScale(Operation *op) {
  return isa<AveragePoolOp, MaxPoolOp, PadOp, ReshapeOp, FlattenOp, DropoutOp, CopyOp, ResizeOp>(op);
}

static bool hasIntegerForm(Operation *op) {
  return !isa<NormalizeOp, BatchNormOp, HardSigmoidOp, QuantizeOp, DequantizeOp>(op);
}

/// The scale and zero point whose integers cover `range`, which is widened to include 0: 0 is an integer.
static QuantizationAttr makeQuantization(MLIRContext *context, RealRange range) {
  range.include({0, 0});
  auto scale = static_cast<float>((range.most - range.least) / 255);
  // Of a tensor of zeros any scale is right.
  if (!(scale > 0))
    scale = 1;
  double zero = std::clamp(std::round(-128 - range.least / scale), -128.0, 127.0);
  return QuantizationAttr::get(context, FloatAttr::get(Float32Type::get(context), scale), static_cast<int64_t>(zero));
}

/// Makes the activation of `layer`, which is not none, a layer of its own behind it.
static Operation *splitActivation(OpBuilder &builder, LayerOpInterface layer) {
  std::string name = getTensorName(layer).str();
  Location place = layer->getLoc();
  if (auto named = place->findInstanceOf<NameLoc>())
    place = named.getChildLoc();
  auto fused = layer.getFusedAttr();
  bool isNamed = fused && !fused.empty();
  if (isNamed)
    layer.setFusedAttr(builder.getArrayAttr(fused.getValue().drop_back()));
  // The name, and the range with it, is that of the last step.
  if (!isNamed)
    layer->setLoc(NameLoc::get(builder.getStringAttr(name + "_sums"), place));
  Location location = NameLoc::get(builder.getStringAttr(name), place);
  builder.setInsertionPointAfter(layer);
  Value sum = layer->getResult(0);
  auto create = [&]<typename Op>() -> Operation * {
    return Op::create(builder, location, sum.getType(), sum, nullptr, nullptr, nullptr, nullptr, nullptr);
  };
  Operation *activation = nullptr;
  switch (*getOwnActivation(layer)) {
  case Activation::None:
    llvm_unreachable("there is nothing to split off");
  case Activation::Relu:
    activation = create.operator()<ReluOp>();
    break;
  case Activation::Relu6:
    activation = create.operator()<Relu6Op>();
    break;
  case Activation::Sigmoid:
    activation = create.operator()<SigmoidOp>();
    break;
  case Activation::HardSwish:
    activation = create.operator()<HardSwishOp>();
    break;
  case Activation::HardSigmoid:
    activation = create.operator()<HardSigmoidOp>();
    break;
  }
  sum.replaceAllUsesExcept(activation->getResult(0), activation);
  TypeSwitch<Operation *>(layer).Case<WeightedOpInterface, AddOp, MulOp>(
      [](auto op) { op.setActivation(Activation::None); });
  return activation;
}

namespace {

/// Rewrites one network, layer by layer in their order.
class NetworkQuantizer {
public:
  NetworkQuantizer(func::FuncOp network, bool perTensor, ArrayRef<std::string> keepFloat)
      : network(network), builder(network.getContext()), perTensor(perTensor), keepFloat(keepFloat) {}

  LogicalResult run(bool floatInterface);

private:
  void collectFloatLayers();
  void splitActivations();
  void collectRanges();
  void shareRangesOfConcats();
  LogicalResult quantizeInputs();
  LogicalResult quantize(LayerOpInterface layer);
  LogicalResult finishResults(bool floatInterface);

  bool staysFloat(Operation *layer) const { return floatLayers.contains(layer); }
  StringRef nameOf(Value value);
  Value findOrigin(Value value) const;
  LogicalResult reportUnknownRange(Value value);
  FailureOr<QuantizationAttr> chooseQuantization(Value value);
  FailureOr<Value> getIntegers(Value value);
  Value getFloats(Value value);
  ArrayRef<double> findMeans(Value value);

  func::FuncOp network;
  OpBuilder builder;
  bool perTensor;
  ArrayRef<std::string> keepFloat;
  /// The layers that have no form on integers or are to stay as they are.
  DenseSet<Operation *> floatLayers;
  DenseMap<Value, RealRange> ranges;
  /// What getIntegers() and getFloats() have made.
  DenseMap<Value, Value> integers, floats;
};

} // namespace

/// A layer is named by itself or by any that it has taken in.
void NetworkQuantizer::collectFloatLayers() {
  auto isKept = [&](StringRef name) { return llvm::is_contained(keepFloat, name); };
  for (LayerOpInterface layer : network.getOps<LayerOpInterface>()) {
    auto fused = layer.getFusedAttr();
    bool isNamed = isKept(getLocationName(layer->getLoc())) ||
                   (fused && llvm::any_of(fused.getAsValueRange<StringAttr>(), isKept));
    if (isNamed || !hasIntegerForm(layer))
      floatLayers.insert(layer);
  }
}

StringRef NetworkQuantizer::nameOf(Value value) {
  if (Operation *op = value.getDefiningOp())
    return getTensorName(op);
  unsigned number = cast<BlockArgument>(value).getArgNumber();
  auto name = network.getArgAttrOfType<StringAttr>(number, kNameAttr);
  return name ? name.getValue() : "input";
}

/// The tensor whose scale `value` has.
Value NetworkQuantizer::findOrigin(Value value) const {
  Operation *op = value.getDefiningOp();
  return op && keepsScale(op) && !staysFloat(op) ? findOrigin(op->getOperand(0)) : value;
}

/// Integers have clamps only within other layers, and layers that stay floats have none in a description.
void NetworkQuantizer::splitActivations() {
  SmallVector<LayerOpInterface> layers(network.getOps<LayerOpInterface>());
  for (LayerOpInterface layer : layers) {
    auto activation = getOwnActivation(layer);
    if (!activation || *activation == Activation::None || (!staysFloat(layer) && isClamp(*activation)))
      continue;
    Operation *split = splitActivation(builder, layer);
    // What lies between the two was never seen: it has no range.
    if (staysFloat(layer) || !hasIntegerForm(split))
      floatLayers.insert(split);
  }
}

void NetworkQuantizer::collectRanges() {
  auto known = network->getAttrOfType<DictionaryAttr>(kRangesAttr);
  auto collect = [&](Value value) {
    auto range = known ? known.getAs<DenseF64ArrayAttr>(nameOf(value)) : DenseF64ArrayAttr();
    if (range && range.size() == 2)
      ranges[value] = {range[0], range[1]};
  };
  llvm::for_each(network.getArguments(), collect);
  for (LayerOpInterface layer : network.getOps<LayerOpInterface>())
    collect(layer->getResult(0));
}

/// Operands that have the scale of the result are copied as they are. Last to first, so that a concat of concats has
/// one range.
void NetworkQuantizer::shareRangesOfConcats() {
  SmallVector<ConcatOp> concats(network.getOps<ConcatOp>());
  for (ConcatOp concat : llvm::reverse(concats)) {
    if (staysFloat(concat) || !ranges.contains(concat))
      continue;
    RealRange shared = ranges[concat];
    for (Value input : concat.getInputs())
      if (auto found = ranges.find(findOrigin(input)); found != ranges.end())
        shared.include(found->second);
    ranges[concat] = shared;
    for (Value input : concat.getInputs())
      ranges[findOrigin(input)] = shared;
  }
}

LogicalResult NetworkQuantizer::reportUnknownRange(Value value) {
  auto error = emitError(value.getLoc()) << "expects a range of the tensor '" << nameOf(value) << "', found none";
  error.attachNote() << "the statistics are of another model: calibrate again with pictures";
  return failure();
}

FailureOr<QuantizationAttr> NetworkQuantizer::chooseQuantization(Value value) {
  Operation *op = value.getDefiningOp();
  if (op && isa<SoftmaxOp, SigmoidOp>(op))
    return QuantizationAttr::get(builder.getContext(), builder.getF32FloatAttr(1.0F / 256), -128);
  auto found = ranges.find(value);
  if (found == ranges.end())
    return reportUnknownRange(value);
  RealRange range = found->second;
  Activation clamp = op ? getOwnActivation(op).value_or(getFreeActivation(op)) : Activation::None;
  if (isClamp(clamp))
    range.least = 0;
  if (clamp == Activation::Relu6)
    range.most = std::min(range.most, 6.0);
  return makeQuantization(builder.getContext(), range);
}

static RankedTensorType makeType(Value value, QuantizationAttr quantization) {
  return RankedTensorType::get(cast<ShapedType>(value.getType()).getShape(), IntegerType::get(value.getContext(), 8),
                               quantization);
}

/// `value` as integers; of floats, through a layer behind them.
FailureOr<Value> NetworkQuantizer::getIntegers(Value value) {
  if (getQuantization(value))
    return value;
  Value &made = integers[value];
  if (made)
    return made;
  auto quantization = chooseQuantization(value);
  if (failed(quantization))
    return failure();
  builder.setInsertionPointAfterValue(value);
  auto name = builder.getStringAttr(nameOf(value) + "_quantized");
  return made = QuantizeOp::create(builder, NameLoc::get(name, value.getLoc()), makeType(value, *quantization), value,
                                   nullptr, nullptr, nullptr, nullptr, nullptr)
                    .getOutput();
}

/// `value` as floats; of integers, through a layer behind them.
Value NetworkQuantizer::getFloats(Value value) {
  if (!getQuantization(value))
    return value;
  Value &made = floats[value];
  if (made)
    return made;
  builder.setInsertionPointAfterValue(value);
  auto name = builder.getStringAttr(nameOf(value) + "_dequantized");
  auto type = RankedTensorType::get(cast<ShapedType>(value.getType()).getShape(), builder.getF32Type());
  return made = DequantizeOp::create(builder, NameLoc::get(name, value.getLoc()), type, value, nullptr, nullptr,
                                     nullptr, nullptr, nullptr)
                    .getOutput();
}

ArrayRef<double> NetworkQuantizer::findMeans(Value value) {
  auto known = network->getAttrOfType<DictionaryAttr>(kMeansAttr);
  if (!known)
    return {};
  if (auto means = known.getAs<DenseF64ArrayAttr>(nameOf(value)))
    return means;
  // Where the tensor itself is never in memory: the same values under another shape.
  auto reshape = value.getDefiningOp();
  return reshape && isa<ReshapeOp, FlattenOp>(reshape) ? findMeans(reshape->getOperand(0)) : ArrayRef<double>();
}

LogicalResult NetworkQuantizer::quantizeInputs() {
  for (BlockArgument input : network.getArguments()) {
    auto quantization = chooseQuantization(input);
    if (failed(quantization))
      return failure();
    input.setType(makeType(input, *quantization));
  }
  return success();
}

LogicalResult NetworkQuantizer::quantize(LayerOpInterface layer) {
  auto weighted = dyn_cast<WeightedOpInterface>(layer.getOperation());
  SmallVector<OpOperand *> tensors;
  for (OpOperand &operand : layer->getOpOperands())
    if (!operand.get().getDefiningOp<ConstantOp>())
      tensors.push_back(&operand);
  if (staysFloat(layer)) {
    for (OpOperand *operand : tensors)
      operand->set(getFloats(operand->get()));
    return success();
  }
  if (weighted && weighted.getSkip())
    return layer->emitError() << "expects no skip tensor before the quantisation";
  for (OpOperand *operand : tensors) {
    ArrayRef<double> means = findMeans(operand->get());
    auto input = getIntegers(operand->get());
    if (failed(input))
      return failure();
    operand->set(*input);
    if (weighted &&
        failed(quantizeWeights(builder, weighted, {getQuantization(*input).getRealScale(), !perTensor, means})))
      return failure();
  }
  FailureOr<QuantizationAttr> quantization =
      keepsScale(layer) ? getQuantization(layer->getOperand(0)) : chooseQuantization(layer->getResult(0));
  if (failed(quantization))
    return failure();
  layer->getResult(0).setType(makeType(layer->getResult(0), *quantization));
  return success();
}

LogicalResult NetworkQuantizer::finishResults(bool floatInterface) {
  auto end = cast<func::ReturnOp>(network.getBody().front().getTerminator());
  if (floatInterface)
    for (OpOperand &result : end->getOpOperands())
      result.set(getFloats(result.get()));
  network.setFunctionType(
      builder.getFunctionType(network.getBody().front().getArgumentTypes(), end->getOperandTypes()));
  return success();
}

LogicalResult NetworkQuantizer::run(bool floatInterface) {
  collectFloatLayers();
  splitActivations();
  collectRanges();
  shareRangesOfConcats();
  if (!floatInterface && failed(quantizeInputs()))
    return failure();
  SmallVector<LayerOpInterface> layers(network.getOps<LayerOpInterface>());
  for (LayerOpInterface layer : layers)
    if (failed(quantize(layer)))
      return failure();
  if (failed(finishResults(floatInterface)))
    return failure();
  eraseUnusedWeights(network);
  network->removeAttr(kRangesAttr);
  network->removeAttr(kMeansAttr);
  return success();
}

namespace {

struct QuantizeNetwork : mncc::impl::QuantizeNetworkPassBase<QuantizeNetwork> {
  using QuantizeNetworkPassBase::QuantizeNetworkPassBase;

  void runOnOperation() override {
    std::vector<std::string> kept(keepFloat.begin(), keepFloat.end());
    if (failed(NetworkQuantizer(getOperation(), perTensor, kept).run(floatInterface)))
      signalPassFailure();
  }
};

} // namespace

void mncc::buildQuantizablePipeline(OpPassManager &manager) {
  buildFusePipeline(manager, {"fuse-residual-add", "fuse-activation", "fold-input-normalization"});
  manager.addNestedPass<func::FuncOp>(createFuseActivationPass(FuseActivationPassOptions{/*clampsOnly=*/true}));
}
