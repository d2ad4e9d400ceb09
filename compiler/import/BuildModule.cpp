// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/BuildModule.h"

#include "dialects/mn/Mn.h"
#include "dialects/mn/WeightResource.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mncc;

Location mncc::makeLocation(MLIRContext &context, const std::string &name, const SourceLocation &place) {
  Location location = UnknownLoc::get(&context);
  if (place.file)
    location = FileLineColLoc::get(&context, place.file->path, place.line(), place.column());
  return NameLoc::get(StringAttr::get(&context, name), location);
}

namespace {

/// Builds the network's function layer by layer.
class ModuleBuilder {
public:
  ModuleBuilder(MLIRContext &context, const CheckedDescription &checked, const Weights &weights, const Options &options,
                Diagnostics &diagnostics)
      : context(context), builder(&context), description(checked.description), shapes(checked.shapes), weights(weights),
        options(options), diagnostics(diagnostics) {}

  FailureOr<OwningOpRef<ModuleOp>> build();

private:
  MLIRContext &context;
  OpBuilder builder;
  const Description &description;
  const ShapeMap &shapes;
  const Weights &weights;
  const Options &options;
  Diagnostics &diagnostics;
  std::map<std::string, Value> values;

  RankedTensorType makeType(const std::string &name, Type element, Attribute encoding = {}) const;
  RankedTensorType makeType(const std::string &name, const std::optional<TensorQuantization> &quantization);
  const std::optional<TensorQuantization> &findQuantization(const std::string &layer) const;
  bool takesBytes(const InputTensor &input) const {
    return options.inputType == InputType::U8 && input.preprocessing && !input.quantization;
  }
  std::optional<TensorQuantization> findInterface(const InputTensor &input) const;
  LogicalResult checkInputType(const InputTensor &input);
  /// Who gives floats to integers gets floats from them.
  bool returnsFloats(const std::string &output) const {
    return options.inputType == InputType::F32 && findQuantization(output).has_value();
  }
  func::FuncOp createFunction();
  LogicalResult addInput(const InputTensor &input, Value argument);
  Value quantize(const InputTensor &input, Value argument);
  Value makeResult(const std::string &output);
  void addLayer(const Layer &layer);
  void addOperands(const Layer &layer, OperationState &state);
  void addAttributes(const Layer &layer, OperationState &state);
  void addQuantization(const Layer &layer, OperationState &state);
  mn::NumericsAttr makeNumerics(std::optional<Numerics> own);
  Type getElement(const TensorView &data);
  Value makeWeights(const Layer &layer, ParameterKind kind);
  Value makeFilled(const Layer &layer, ParameterKind kind, float value);
};

} // namespace

RankedTensorType ModuleBuilder::makeType(const std::string &name, Type element, Attribute encoding) const {
  Shape shape = shapes.find(name)->second;
  shape.insert(shape.begin(), 1);
  return RankedTensorType::get(shape, element, encoding);
}

RankedTensorType ModuleBuilder::makeType(const std::string &name,
                                         const std::optional<TensorQuantization> &quantization) {
  if (!quantization)
    return makeType(name, builder.getF32Type());
  Type element = builder.getIntegerType(8);
  if (quantization->type == QuantizedType::UInt8)
    element = builder.getIntegerType(8, /*isSigned=*/false);
  return makeType(
      name, element,
      mn::QuantizationAttr::get(&context, builder.getF32FloatAttr(quantization->scale), quantization->zeroPoint));
}

/// The name of a weight's resource: "conv_kernel".
static std::string makeResourceName(const Layer &layer, ParameterKind kind) {
  return fmt::format("{}_{}", layer.name, getParameterName(kind));
}

Type ModuleBuilder::getElement(const TensorView &data) {
  if (data.dtype == DType::F32)
    return builder.getF32Type();
  return builder.getIntegerType(8 * getByteWidth(data.dtype));
}

Value ModuleBuilder::makeWeights(const Layer &layer, ParameterKind kind) {
  const TensorView &data = *weights.findTensor(fmt::format("{}/{}", layer.name, getParameterName(kind)));
  Shape shape = {data.elements()};
  if (kind == ParameterKind::Kernel) {
    std::array<int64_t, 2> window = getWindowSize(layer);
    int64_t in = shapes.find(layer.inputs.front())->second.back();
    int64_t out = layer.op == LayerOp::DepthwiseConv2D ? layer.depthMultiplier : shapes.find(layer.name)->second.back();
    shape = layer.op == LayerOp::FullyConnected ? Shape{in, out} : Shape{window[0], window[1], in, out};
  }
  auto bytes = llvm::ArrayRef(reinterpret_cast<const char *>(data.bytes.data()), data.bytes.size());
  auto resource = mn::makeWeights(makeResourceName(layer, kind), RankedTensorType::get(shape, getElement(data)), bytes);
  return mn::ConstantOp::create(builder, makeLocation(context, layer.name, layer.location), resource);
}

/// A parameter that the description leaves out: the same value for every channel.
Value ModuleBuilder::makeFilled(const Layer &layer, ParameterKind kind, float value) {
  std::vector<float> data(shapes.find(layer.name)->second.back(), value);
  return mn::createWeights(builder, makeLocation(context, layer.name, layer.location), makeResourceName(layer, kind),
                           {static_cast<int64_t>(data.size())}, data);
}

void ModuleBuilder::addOperands(const Layer &layer, OperationState &state) {
  for (const std::string &input : layer.inputs)
    state.addOperands(values[input]);
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::DepthwiseConv2D:
  case LayerOp::PointwiseConv2D:
  case LayerOp::FullyConnected:
    state.addOperands(makeWeights(layer, ParameterKind::Kernel));
    if (layer.useBias)
      state.addOperands(makeWeights(layer, ParameterKind::Bias));
    if (layer.quantization)
      state.addOperands(makeWeights(layer, ParameterKind::KernelScales));
    // Input, filter, bias, scales, skip.
    state.addAttribute("operandSegmentSizes",
                       builder.getDenseI32ArrayAttr({1, 1, layer.useBias, layer.quantization.has_value(), 0}));
    return;
  case LayerOp::BatchNorm:
    state.addOperands(layer.scale ? makeWeights(layer, ParameterKind::Gamma)
                                  : makeFilled(layer, ParameterKind::Gamma, 1));
    state.addOperands(layer.center ? makeWeights(layer, ParameterKind::Beta)
                                   : makeFilled(layer, ParameterKind::Beta, 0));
    state.addOperands(makeWeights(layer, ParameterKind::Mean));
    state.addOperands(makeWeights(layer, ParameterKind::Variance));
    return;
  default:
    return;
  }
}

void ModuleBuilder::addAttributes(const Layer &layer, OperationState &state) {
  auto add = [&](StringRef name, ArrayRef<int64_t> numbers) {
    state.addAttribute(name, builder.getDenseI64ArrayAttr(numbers));
  };
  const Shape &input = shapes.find(layer.inputs.front())->second;
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::DepthwiseConv2D:
    add("dilations", layer.dilations);
    add("padding", resolvePadding(layer, input));
    return add("strides", layer.strides);
  case LayerOp::PointwiseConv2D:
    return add("strides", layer.strides);
  case LayerOp::AveragePool:
  case LayerOp::MaxPool:
    add("pool_size", layer.poolSize);
    add("padding", resolvePadding(layer, input));
    return add("strides", layer.strides);
  case LayerOp::Pad:
    return add("padding", layer.padding.pixels);
  case LayerOp::BatchNorm:
    return state.addAttribute("epsilon", builder.getF64FloatAttr(layer.epsilon));
  case LayerOp::Concat: {
    int64_t rank = input.size() + 1;
    return state.addAttribute("axis", builder.getI64IntegerAttr(layer.axis < 0 ? rank + layer.axis : layer.axis));
  }
  case LayerOp::Resize:
    state.addAttribute("method", mn::ResizeMethodAttr::get(&context, layer.method == ResizeMethod::Nearest
                                                                         ? mn::ResizeMethod::Nearest
                                                                         : mn::ResizeMethod::Bilinear));
    state.addAttribute("align_corners", builder.getBoolAttr(layer.alignCorners));
    return state.addAttribute("half_pixel_centers", builder.getBoolAttr(layer.halfPixelCenters));
  default:
    return;
  }
}

/// What a layer states, or the options do, or the default.
mn::NumericsAttr ModuleBuilder::makeNumerics(std::optional<Numerics> own) {
  static constexpr mn::Numerics kNumerics[] = {mn::Numerics::Tflm, mn::Numerics::Litert, mn::Numerics::Xnnpack,
                                               mn::Numerics::Fast};
  return mn::NumericsAttr::get(&context,
                               kNumerics[static_cast<size_t>(own.value_or(options.numerics.value_or(Numerics::Tflm)))]);
}

/// What only layers on integers have.
void ModuleBuilder::addQuantization(const Layer &layer, OperationState &state) {
  if (!layer.quantization)
    return;
  state.addAttribute("numerics", makeNumerics(layer.numerics));
  if (layer.activation != LayerActivation::None)
    state.addAttribute("activation", mn::ActivationAttr::get(&context, layer.activation == LayerActivation::Relu
                                                                           ? mn::Activation::Relu
                                                                           : mn::Activation::Relu6));
  if (layer.filterZeroPoint != 0)
    state.addAttribute("filter_zero_point", builder.getI64IntegerAttr(layer.filterZeroPoint));
}

/// The ops of `mn` have the names of the description, so that a layer becomes an op without a table.
void ModuleBuilder::addLayer(const Layer &layer) {
  OperationState state(makeLocation(context, layer.name, layer.location),
                       fmt::format("mn.{}", getOpInfo(layer.op).name));
  addOperands(layer, state);
  addAttributes(layer, state);
  addQuantization(layer, state);
  state.addTypes(makeType(layer.name, layer.quantization));
  values[layer.name] = builder.create(state)->getResult(0);
}

/// The integers that the caller gives for `input`: the network's own, the same numbers in the other type, or none.
std::optional<TensorQuantization> ModuleBuilder::findInterface(const InputTensor &input) const {
  if (!input.quantization || !options.inputType)
    return input.quantization;
  if (options.inputType == InputType::F32)
    return std::nullopt;
  TensorQuantization interface = *input.quantization;
  interface.type = options.inputType == InputType::U8 ? QuantizedType::UInt8 : QuantizedType::Int8;
  interface.zeroPoint += getQuantizedRange(interface.type).least - getQuantizedRange(input.quantization->type).least;
  return interface;
}

LogicalResult ModuleBuilder::checkInputType(const InputTensor &input) {
  if (options.inputType != InputType::S8 || input.quantization)
    return success();
  return diagnostics
      .error(input.location, fmt::format("{} is of floats and expects no --input-type=s8", quote(input.name)))
      .note("--input-type=u8 takes the bytes of a picture, where the description has the preprocessing");
}

/// The network's own integers of `argument`, which is of floats or of the other type of integers.
Value ModuleBuilder::quantize(const InputTensor &input, Value argument) {
  OperationState state(makeLocation(context, input.name + "_quantized", input.location),
                       mn::QuantizeOp::getOperationName());
  state.addOperands(argument);
  state.addAttribute("numerics", makeNumerics(std::nullopt));
  state.addTypes(makeType(input.name, input.quantization));
  return builder.create(state)->getResult(0);
}

LogicalResult ModuleBuilder::addInput(const InputTensor &input, Value argument) {
  values[input.name] = argument;
  if (failed(checkInputType(input)))
    return failure();
  if (findInterface(input) != input.quantization)
    values[input.name] = quantize(input, argument);
  if (!takesBytes(input))
    return success();
  const Preprocessing &preprocessing = *input.preprocessing;
  if (preprocessing.channelOrder == Preprocessing::ChannelOrder::Bgr)
    return diagnostics
        .error(input.location, "an input of bytes expects the channel order \"rgb\" or \"gray\", found "
                               "\"bgr\"")
        .note("compile with --input-type=f32 and order the channels outside");
  std::vector<double> scale, offset;
  for (size_t c = 0; c < preprocessing.mean.size(); ++c) {
    scale.push_back(preprocessing.scale / preprocessing.std[c]);
    offset.push_back(-preprocessing.mean[c] / preprocessing.std[c]);
  }
  OperationState state(argument.getLoc(), mn::NormalizeOp::getOperationName());
  state.addOperands(argument);
  state.addAttribute("scale", builder.getDenseF64ArrayAttr(scale));
  state.addAttribute("offset", builder.getDenseF64ArrayAttr(offset));
  state.addTypes(makeType(input.name, input.quantization));
  values[input.name] = builder.create(state)->getResult(0);
  return success();
}

const std::optional<TensorQuantization> &ModuleBuilder::findQuantization(const std::string &layer) const {
  return llvm::find_if(description.layers, [&](const Layer &other) { return other.name == layer; })->quantization;
}

/// What the network returns for `output`.
Value ModuleBuilder::makeResult(const std::string &output) {
  Value value = values[output];
  if (!returnsFloats(output))
    return value;
  OperationState state(NameLoc::get(builder.getStringAttr(output + "_dequantized"), value.getLoc()),
                       mn::DequantizeOp::getOperationName());
  state.addOperands(value);
  state.addTypes(makeType(output, builder.getF32Type()));
  return builder.create(state)->getResult(0);
}

/// The empty function with named and typed arguments and results.
func::FuncOp ModuleBuilder::createFunction() {
  SmallVector<Type> inputs, outputs;
  for (const InputTensor &input : description.inputs)
    inputs.push_back(takesBytes(input) ? makeType(input.name, builder.getIntegerType(8, /*isSigned=*/false))
                                       : makeType(input.name, findInterface(input)));
  for (const std::string &output : description.outputs)
    outputs.push_back(returnsFloats(output) ? makeType(output, builder.getF32Type())
                                            : makeType(output, findQuantization(output)));
  auto function = func::FuncOp::create(builder, makeLocation(context, description.name, description.location),
                                       mn::kNetworkFunction, builder.getFunctionType(inputs, outputs));
  for (auto [index, input] : llvm::enumerate(description.inputs))
    function.setArgAttr(index, mn::kNameAttr, builder.getStringAttr(input.name));
  for (auto [index, output] : llvm::enumerate(description.outputs))
    function.setResultAttr(index, mn::kNameAttr, builder.getStringAttr(output));
  Block *body = function.addEntryBlock();
  for (auto [argument, input] : llvm::zip_equal(body->getArguments(), description.inputs))
    argument.setLoc(makeLocation(context, input.name, input.location));
  builder.setInsertionPointToStart(body);
  return function;
}

FailureOr<OwningOpRef<ModuleOp>> ModuleBuilder::build() {
  context.loadDialect<mn::MnDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(makeLocation(context, description.name, description.location));
  (*module)->setAttr(mn::kStageAttr, builder.getStringAttr("import"));
  builder.setInsertionPointToStart(module->getBody());
  func::FuncOp function = createFunction();
  for (auto [argument, input] : llvm::zip_equal(function.getArguments(), description.inputs))
    if (failed(addInput(input, argument)))
      return failure();
  for (const Layer &layer : description.layers)
    addLayer(layer);
  SmallVector<Value> results;
  for (const std::string &output : description.outputs)
    results.push_back(makeResult(output));
  func::ReturnOp::create(builder, function.getLoc(), results);
  if (failed(verify(*module)))
    return failure();
  return module;
}

FailureOr<OwningOpRef<ModuleOp>> mncc::buildModule(MLIRContext &context, const CheckedDescription &checked,
                                                   const Weights &weights, const Options &options,
                                                   Diagnostics &diagnostics) {
  return ModuleBuilder(context, checked, weights, options, diagnostics).build();
}
