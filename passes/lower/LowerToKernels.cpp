// SPDX-License-Identifier: Apache-2.0
// Layers become calls. Where a tensor lies is decided by now, so nothing is bufferised: an operand is an address, and a
// kernel is written for the exact shapes, layouts and schedule of its layer.
#include "passes/Passes.h"
#include "passes/lower/ScheduleCheck.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/Kernels.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace mncc {
#define GEN_PASS_DEF_LOWERTOKERNELSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// One argument of a kernel: its name, shape and type, and the address that the call passes.
namespace {
struct Argument {
  std::string name;
  BufferShape shape;
  MemRefType type;
  mn::BufferAttr address;
};
} // namespace

/// The kernel's kind in its name (style: `<model>_<kind>_<tile>_<sizes>_<type>`).
static StringRef kindOf(Operation *op) {
  if (isa<mn::PointwiseConv2DOp>(op))
    return "pw";
  if (isa<mn::DepthwiseConv2DOp>(op))
    return "dw";
  if (isa<mn::Conv2DOp>(op))
    return "conv";
  if (isa<mn::FullyConnectedOp>(op))
    return "fc";
  if (isa<mn::ReshapeOp, mn::FlattenOp>(op))
    return "copy";
  return op->getName().stripDialect();
}

/// "f32", or where they differ the types of input, filter and result: "f32_bf16weights", "bf16_f32".
static std::string nameTypes(Operation *op) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  Type from = getElementTypeOrSelf(op->getOperand(0)), to = getElementTypeOrSelf(op->getResult(0));
  if (isa<FloatType>(from) && from != to)
    stream << from << "_";
  stream << to;
  auto weighted = dyn_cast<mn::WeightedOpInterface>(op);
  if (weighted && hasNarrowFilter(weighted) && getElementTypeOrSelf(weighted.getFilter()) != from)
    stream << "_" << getElementTypeOrSelf(weighted.getFilter()) << "weights";
  return name;
}

static std::string nameKernel(StringRef model, Operation *op) {
  mn::ScheduleAttr schedule = cast<mn::LayerOpInterface>(op).getScheduleAttr();
  mn::ImageShape from = mn::getImageShape(op->getOperand(0)), to = mn::getImageShape(op->getResult(0));
  std::string name;
  llvm::raw_string_ostream stream(name);
  stream << model << "_" << kindOf(op) << "_";
  if (schedule.getRows() > 1)
    stream << schedule.getRows() << "x";
  stream << schedule.getPixels() << "x" << schedule.getChannels() << "_";
  if (isa<mn::PointwiseConv2DOp>(op) || from.pixels() == 1)
    stream << "p" << to.pixels() << "_k" << from.channels << "_n" << to.channels;
  else
    stream << from.height << "x" << from.width << "x" << from.channels << "_" << to.height << "x" << to.width << "x"
           << to.channels;
  if (auto weighted = dyn_cast<mn::WeightedOpInterface>(op)) {
    if (weighted.getSkip())
      stream << "_skip";
    if (weighted.getActivation() != mn::Activation::None)
      stream << "_" << mn::stringifyActivation(weighted.getActivation());
  }
  if (schedule.getParts() > 1)
    stream << "_" << schedule.getParts() << "parts";
  stream << "_" << nameTypes(op);
  return name;
}

static mn::BufferAttr addressOf(Value value) {
  MLIRContext *context = value.getContext();
  if (auto argument = dyn_cast<BlockArgument>(value))
    return mn::BufferAttr::get(context, mn::Space::Input, argument.getArgNumber(), 0);
  auto placement = value.getDefiningOp<mn::LayerOpInterface>().getPlacementAttr();
  return mn::BufferAttr::get(context, placement.getSpace(), placement.getIndex(), placement.getOffset());
}

static MemRefType bufferType(Value value, const BufferShape &shape) {
  Type element = cast<ShapedType>(value.getType()).getElementType();
  if (!isa<FloatType>(element))
    element = IntegerType::get(value.getContext(), 8);
  return MemRefType::get({shape.elements()}, element);
}

/// The name of one of a kernel's `count` tensors, as C++ prints it.
static std::string nameOperand(size_t index, unsigned count) {
  if (count == 1)
    return "input";
  if (count == 2)
    return index == 0 ? "lhs" : "rhs";
  return "input_" + std::to_string(index);
}

static Argument describeConstants(const std::string &name, int64_t elements, Type type, mn::BufferAttr address) {
  return {name, {{1, 1, elements}, elements}, MemRefType::get({elements}, type), address};
}

/// The layer's packed constants: one buffer of f32, but for a filter that is stored in 16 bits.
static void appendConstants(mn::LayerOpInterface layer, SmallVector<Argument> &arguments) {
  int64_t elements = countPackedElements(layer);
  if (elements == 0)
    return;
  auto address = layer->getAttrOfType<mn::BufferAttr>("packed");
  Type f32 = Float32Type::get(layer.getContext());
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (!weighted || !hasNarrowFilter(weighted))
    return arguments.push_back(describeConstants("weights", elements, f32, address));
  int64_t bias = getPackedShape(weighted, layer.getScheduleAttr().getVector()).biasElements;
  Type narrow = cast<ShapedType>(weighted.getFilter().getType()).getElementType();
  int64_t start = address.getOffset() + bias * static_cast<int64_t>(sizeof(float));
  auto filter = mn::BufferAttr::get(layer.getContext(), mn::Space::Weights, 0, start);
  arguments.push_back(describeConstants("bias", bias, f32, address));
  arguments.push_back(describeConstants("filter", elements - bias, narrow, filter));
}

/// A kernel's arguments in the order of Kernels.h: tensors, packed constants, result.
static SmallVector<Argument> argumentsOf(mn::LayerOpInterface layer) {
  SmallVector<Argument> arguments;
  auto append = [&](const std::string &name, Value value) {
    BufferShape shape = getBufferShape(value);
    arguments.push_back({name, shape, bufferType(value, shape), addressOf(value)});
  };
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (weighted) {
    append("input", weighted.getInput());
    if (weighted.getSkip())
      append("skip", weighted.getSkip());
  } else {
    for (auto [index, operand] : llvm::enumerate(layer->getOperands()))
      append(nameOperand(index, layer->getNumOperands()), operand);
  }
  appendConstants(layer, arguments);
  append("output", layer->getResult(0));
  return arguments;
}

/// Pointers of a kernel never alias, so a layer that works in place passes its buffer once: as its result, last.
static SmallVector<Argument> distinctArguments(ArrayRef<Argument> arguments) {
  SmallVector<Argument> distinct;
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    auto isSame = [&, address = argument.address](const Argument &other) { return other.address == address; };
    if (llvm::none_of(arguments.drop_front(index + 1), isSame))
      distinct.push_back(argument);
  }
  return distinct;
}

namespace {

struct LowerToKernels : mncc::impl::LowerToKernelsPassBase<LowerToKernels> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (module->hasAttr("mn.inputs"))
      return;
    auto network = module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
    auto target = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
    if (!network || !target) {
      module.emitError() << "expects a function 'network' and the attribute 'mn.target'";
      return signalPassFailure();
    }
    if (auto name = module->getAttrOfType<StringAttr>("mn.name"))
      modelName = name.getValue().str();
    kernels.clear();
    describeInterface(module, network);
    SmallVector<mn::CallOp> calls;
    OpBuilder builder(&getContext());
    auto program = func::FuncOp::create(network.getLoc(), mn::kNetworkFunction, builder.getFunctionType({}, {}));
    builder.setInsertionPointToStart(program.addEntryBlock());
    for (auto layer : network.getOps<mn::LayerOpInterface>())
      if (failed(lowerLayer(layer, target, builder)))
        return program.erase(), signalPassFailure();
    func::ReturnOp::create(builder, network.getLoc());
    network.erase();
    module.push_back(program);
  }

private:
  /// Writes names and types of inputs and outputs on the module: the network's signature is about to go.
  void describeInterface(ModuleOp module, func::FuncOp network) {
    Builder builder(&getContext());
    auto describe = [&](Type type, StringAttr name) -> Attribute {
      return builder.getDictionaryAttr({builder.getNamedAttr("name", name ? name : builder.getStringAttr("")),
                                        builder.getNamedAttr("type", TypeAttr::get(type))});
    };
    SmallVector<Attribute> inputs, outputs;
    for (auto [index, type] : llvm::enumerate(network.getArgumentTypes()))
      inputs.push_back(describe(type, network.getArgAttrOfType<StringAttr>(index, mn::kNameAttr)));
    for (auto [index, type] : llvm::enumerate(network.getResultTypes()))
      outputs.push_back(describe(type, network.getResultAttrOfType<StringAttr>(index, mn::kNameAttr)));
    module->setAttr("mn.inputs", builder.getArrayAttr(inputs));
    module->setAttr("mn.outputs", builder.getArrayAttr(outputs));
  }

  LogicalResult lowerLayer(mn::LayerOpInterface layer, mn::TargetAttr target, OpBuilder &builder) {
    if (failed(checkSchedule(layer)))
      return failure();
    if (!layer.getPlacementAttr())
      return layer.emitError() << "expects a placement from plan-arena";
    SmallVector<Argument> arguments = argumentsOf(layer);
    func::FuncOp kernel = shareKernel(buildFunction(layer, target, arguments), nameKernel(modelName, layer));
    SmallVector<Attribute> addresses;
    for (const Argument &argument : distinctArguments(arguments))
      addresses.push_back(argument.address);
    auto call = mn::CallOp::create(builder, layer.getLoc(), FlatSymbolRefAttr::get(kernel.getNameAttr()),
                                   builder.getStringAttr(mn::getLocationName(layer.getLoc())),
                                   builder.getArrayAttr(addresses), layer.getFusedAttr(), layer.getLayoutAttr(),
                                   TypeAttr::get(layer->getResult(0).getType()), layer.getScheduleAttr());
    call->setAttr("multiply_adds", builder.getI64IntegerAttr(mn::countMultiplyAdds(layer)));
    return success();
  }

  func::FuncOp buildFunction(mn::LayerOpInterface layer, mn::TargetAttr target, ArrayRef<Argument> arguments) {
    SmallVector<Argument> distinct = distinctArguments(arguments);
    SmallVector<Type> types;
    for (const Argument &argument : distinct)
      types.push_back(argument.type);
    OpBuilder builder(&getContext());
    bool isCut = layer.getScheduleAttr().getParts() > 1;
    if (isCut)
      types.push_back(builder.getIndexType());
    auto kernel = func::FuncOp::create(layer.getLoc(), "kernel", builder.getFunctionType(types, {}));
    kernel.setPrivate();
    Block *body = kernel.addEntryBlock();
    for (auto [index, argument] : llvm::enumerate(distinct))
      kernel.setArgAttr(index, mn::kNameAttr, builder.getStringAttr(argument.name));
    if (isCut)
      kernel.setArgAttr(distinct.size(), mn::kNameAttr, builder.getStringAttr("part"));
    SmallVector<Buffer> buffers;
    for (const Argument &argument : arguments) {
      auto same = llvm::find_if(distinct, [&](const Argument &other) { return other.address == argument.address; });
      buffers.push_back({body->getArgument(same - distinct.begin()), argument.shape});
    }
    builder.setInsertionPointToStart(body);
    auto end = func::ReturnOp::create(builder, layer.getLoc());
    KernelBuilder kernelBuilder(kernel, target, layer.getScheduleAttr());
    kernelBuilder.setInsertionPoint(end);
    buildKernel(kernelBuilder, layer, buffers);
    return kernel;
  }

  /// The kernel of the module with the same text as `kernel`, which is erased then; or `kernel` itself, added under
  /// `name` or, where that is taken, `name` with a number.
  func::FuncOp shareKernel(func::FuncOp kernel, const std::string &name) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    kernel->print(stream);
    if (func::FuncOp shared = kernels.lookup(text)) {
      kernel.erase();
      return shared;
    }
    std::string unique = name;
    for (unsigned number = 2; getOperation().lookupSymbol(unique); ++number)
      unique = name + "_" + std::to_string(number);
    kernel.setName(unique);
    getOperation().push_back(kernel);
    kernels[text] = kernel;
    return kernel;
  }

  std::string modelName = "network";
  llvm::StringMap<func::FuncOp> kernels;
};

} // namespace
