// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/DescribeNetwork.h"

#include "compiler/import/PrintDescription.h"
#include "compiler/import/Safetensors.h"
#include "dialects/mn/Quantization.h"
#include "dialects/mn/WeightResource.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

namespace {

/// Goes through one network, layer by layer.
class NetworkDescriber {
public:
  explicit NetworkDescriber(const Model &model)
      : model(model), network((*model.module).lookupSymbol<func::FuncOp>(mn::kNetworkFunction)) {}

  LogicalResult describe(const std::string &name);
  const Description &getDescription() const { return description; }
  std::string serializeWeights() const;

private:
  struct Tensor {
    DType dtype;
    Shape shape;
    std::vector<uint8_t> bytes;
  };

  void addInputs();
  LogicalResult addLayer(mn::LayerOpInterface layer);
  LogicalResult addWeights(const Layer &layer, mn::WeightedOpInterface op);
  LogicalResult addFloats(const std::string &name, Value value);
  LogicalResult addIntegers(const std::string &name, Value value);

  const Model &model;
  func::FuncOp network;
  Description description;
  llvm::DenseMap<Value, std::string> names;
  std::map<std::string, Tensor> weights;
};

} // namespace

static std::optional<TensorQuantization> describeQuantization(Value value) {
  mn::QuantizationAttr quantization = mn::getQuantization(value);
  if (!quantization)
    return std::nullopt;
  bool isUnsigned = cast<ShapedType>(value.getType()).getElementType().isUnsignedInteger();
  return TensorQuantization{isUnsigned ? QuantizedType::UInt8 : QuantizedType::Int8,
                            static_cast<float>(quantization.getRealScale()),
                            quantization.getZeroPoint(),
                            {}};
}

static Shape describeShape(Value value) { return Shape(cast<ShapedType>(value.getType()).getShape().drop_front()); }

static LayerOp findLayerOp(Operation *op) {
  StringRef name = op->getName().stripDialect();
  return llvm::find_if(getOps(), [&](const OpInfo &info) { return StringRef(info.name) == name; })->op;
}

template <size_t N> static void copyNumbers(ArrayRef<int64_t> from, std::array<int64_t, N> &to) {
  std::copy_n(from.begin(), N, to.begin());
}

static void describePadding(ArrayRef<int64_t> pixels, Padding &padding) {
  padding.kind =
      llvm::all_of(pixels, [](int64_t side) { return side == 0; }) ? Padding::Kind::Valid : Padding::Kind::Explicit;
  copyNumbers(pixels, padding.pixels);
}

/// Height and width of the filter, and what the convolution does with it.
template <typename Op> static void describeWindow(Op op, Layer &layer) {
  copyNumbers(cast<ShapedType>(op.getFilter().getType()).getShape().take_front(2), layer.kernelSize);
  copyNumbers(op.getStrides(), layer.strides);
  copyNumbers(op.getDilations(), layer.dilations);
  describePadding(op.getPadding(), layer.padding);
}

template <typename Op> static void describePool(Op op, Layer &layer) {
  copyNumbers(op.getPoolSize(), layer.poolSize);
  copyNumbers(op.getStrides(), layer.strides);
  describePadding(op.getPadding(), layer.padding);
}

/// Fills in the fields of `layer` that only its op has.
static void describeAttributes(Operation *op, Layer &layer) {
  int64_t channels = cast<ShapedType>(op->getResult(0).getType()).getShape().back();
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](mn::Conv2DOp conv) { describeWindow(conv, layer), layer.filters = channels; })
      .Case([&](mn::DepthwiseConv2DOp conv) {
        describeWindow(conv, layer);
        layer.depthMultiplier = cast<ShapedType>(conv.getFilter().getType()).getShape().back();
      })
      .Case(
          [&](mn::PointwiseConv2DOp conv) { copyNumbers(conv.getStrides(), layer.strides), layer.filters = channels; })
      .Case([&](mn::FullyConnectedOp) { layer.units = channels; })
      .Case<mn::AveragePoolOp, mn::MaxPoolOp>([&](auto pool) { describePool(pool, layer); })
      .Case([&](mn::GlobalAveragePoolOp pool) { layer.keepDims = pool.getOutput().getType().getRank() == 4; })
      .Case([&](mn::ReshapeOp reshape) { layer.shape = describeShape(reshape.getOutput()); })
      .Case([&](mn::ConcatOp concat) { layer.axis = concat.getAxis(); })
      .Case([&](mn::PadOp pad) {
        describePadding(pad.getPadding(), layer.padding);
        layer.padding.kind = Padding::Kind::Explicit;
      })
      .Case([&](mn::ResizeOp resize) {
        copyNumbers(cast<ShapedType>(resize.getOutput().getType()).getShape().slice(1, 2), layer.size);
        layer.method = resize.getMethod() == mn::ResizeMethod::Nearest ? ResizeMethod::Nearest : ResizeMethod::Bilinear;
        layer.alignCorners = resize.getAlignCorners(), layer.halfPixelCenters = resize.getHalfPixelCenters();
      });
}

static LayerActivation describeActivation(Operation *op) {
  mn::Activation activation = mn::Activation::None;
  llvm::TypeSwitch<Operation *>(op).Case<mn::WeightedOpInterface, mn::AddOp, mn::MulOp>(
      [&](auto layer) { activation = layer.getActivation(); });
  return activation == mn::Activation::Relu    ? LayerActivation::Relu
         : activation == mn::Activation::Relu6 ? LayerActivation::Relu6
                                               : LayerActivation::None;
}

LogicalResult NetworkDescriber::addFloats(const std::string &name, Value value) {
  auto floats = mn::readWeights(value);
  if (failed(floats))
    return failure();
  ArrayRef<uint8_t> bytes = asBytes(ArrayRef<float>(*floats));
  weights[name] = {DType::F32, Shape(cast<ShapedType>(value.getType()).getShape()), bytes.vec()};
  return success();
}

LogicalResult NetworkDescriber::addIntegers(const std::string &name, Value value) {
  auto integers = mn::readIntegers(value);
  if (failed(integers))
    return failure();
  auto type = cast<ShapedType>(value.getType());
  Tensor tensor{type.getElementType().isInteger(8) ? DType::I8 : DType::I32, Shape(type.getShape()), {}};
  for (int64_t integer : *integers)
    for (size_t byte = 0; byte < getByteWidth(tensor.dtype); ++byte)
      tensor.bytes.push_back(static_cast<uint8_t>(integer >> (8 * byte)));
  weights[name] = std::move(tensor);
  return success();
}

LogicalResult NetworkDescriber::addWeights(const Layer &layer, mn::WeightedOpInterface op) {
  std::string kernel = layer.name + "/kernel", bias = layer.name + "/bias";
  if (!op.getScales())
    return failure(failed(addFloats(kernel, op.getFilter())) ||
                   (op.getBias() && failed(addFloats(bias, op.getBias()))));
  return failure(failed(addIntegers(kernel, op.getFilter())) ||
                 failed(addFloats(layer.name + "/kernel_scales", op.getScales())) ||
                 (op.getBias() && failed(addIntegers(bias, op.getBias()))));
}

LogicalResult NetworkDescriber::addLayer(mn::LayerOpInterface op) {
  Layer layer;
  layer.name = mn::getTensorName(op).str();
  layer.op = findLayerOp(op);
  names[op->getResult(0)] = layer.name;
  for (Value operand : op->getOperands())
    if (auto known = names.find(operand); known != names.end())
      layer.inputs.push_back(known->second);
  layer.quantization = describeQuantization(op->getResult(0));
  layer.activation = describeActivation(op);
  describeAttributes(op, layer);
  if (auto weighted = dyn_cast<mn::WeightedOpInterface>(op.getOperation())) {
    layer.useBias = bool(weighted.getBias());
    layer.filterZeroPoint = static_cast<int64_t>(weighted.getFilterZeroPoint());
    if (failed(addWeights(layer, weighted)))
      return failure();
  }
  description.layers.push_back(std::move(layer));
  return success();
}

void NetworkDescriber::addInputs() {
  description.inputs = model.inputs;
  for (auto [argument, input] : llvm::zip_equal(network.getArguments(), description.inputs)) {
    names[argument] = input.name;
    input.quantization = describeQuantization(argument);
  }
}

LogicalResult NetworkDescriber::describe(const std::string &name) {
  description.name = model.name;
  description.weights = FileReference{name + ".safetensors", {}};
  if (!model.labels.empty())
    description.labels = FileReference{name + ".labels.txt", {}};
  addInputs();
  for (auto layer : network.getOps<mn::LayerOpInterface>())
    if (failed(addLayer(layer)))
      return failure();
  for (Value result : network.getBody().front().getTerminator()->getOperands())
    description.outputs.push_back(names[result]);
  return success();
}

std::string NetworkDescriber::serializeWeights() const {
  std::vector<TensorView> views;
  for (const auto &[name, tensor] : weights)
    views.push_back({name, tensor.dtype, tensor.shape, tensor.bytes});
  return serializeSafetensors(views);
}

FailureOr<DescribedNetwork> describeNetworkFiles(const Model &model, const std::string &name) {
  NetworkDescriber describer(model);
  if (failed(describer.describe(name)))
    return failure();
  const Description &description = describer.getDescription();
  DescribedNetwork described{name + ".json", {}};
  described.files[described.descriptionFile] = printDescription(description);
  described.files[description.weights->path] = describer.serializeWeights();
  if (description.labels)
    for (const std::string &label : model.labels)
      described.files[description.labels->path] += label + "\n";
  return described;
}

} // namespace mncc
