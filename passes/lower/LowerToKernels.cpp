// SPDX-License-Identifier: Apache-2.0
// Layers become calls. Where a tensor lies is decided by now, so nothing is bufferised: an operand is an address, and a
// kernel is written for the exact shapes, layouts and schedule of its layer.
#include "dialects/mn/Strips.h"
#include "passes/Passes.h"
#include "passes/lower/KernelArguments.h"
#include "passes/lower/KernelNames.h"
#include "passes/lower/ScheduleCheck.h"
#include "passes/lower/kernels/Kernels.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace mncc {
#define GEN_PASS_DEF_LOWERTOKERNELSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

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
    if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation())) {
      SmallVector<func::FuncOp> kernels;
      for (mn::WeightedOpInterface weighted : chain.getLayers()) {
        auto inner = cast<mn::LayerOpInterface>(weighted.getOperation());
        if (failed(checkLayer(inner)))
          return failure();
        kernels.push_back(shareKernel(buildLayer(inner, target), nameKernel(modelName, inner)));
      }
      Arguments arguments = keepDistinct(collectArguments(chain));
      call(layer, shareKernel(buildChain(chain, target, kernels, arguments), nameKernel(modelName, layer)), arguments,
           /*schedule=*/nullptr, builder);
      return success();
    }
    if (failed(checkLayer(layer)))
      return failure();
    func::FuncOp kernel = shareKernel(buildLayer(layer, target), nameKernel(modelName, layer));
    call(layer, kernel, keepDistinct(collectArguments(layer)), layer.getScheduleAttr(), builder);
    return success();
  }

  static LogicalResult checkLayer(mn::LayerOpInterface layer) {
    if (failed(checkSchedule(layer)))
      return failure();
    if (!layer.getPlacementAttr())
      return layer.emitError() << "expects a placement from plan-arena";
    return success();
  }

  static void call(mn::LayerOpInterface layer, func::FuncOp kernel, ArrayRef<Argument> arguments,
                   mn::ScheduleAttr schedule, OpBuilder &builder) {
    SmallVector<Attribute> addresses;
    for (const Argument &argument : arguments)
      addresses.push_back(argument.address);
    auto call = mn::CallOp::create(builder, layer.getLoc(), FlatSymbolRefAttr::get(kernel.getNameAttr()),
                                   builder.getStringAttr(mn::getLocationName(layer.getLoc())),
                                   builder.getArrayAttr(addresses), layer.getFusedAttr(), layer.getLayoutAttr(),
                                   TypeAttr::get(layer->getResult(0).getType()), schedule);
    if (auto numerics = layer->getAttrOfType<mn::NumericsAttr>("numerics"))
      call->setAttr("numerics", numerics);
    call->setAttr("multiply_adds", builder.getI64IntegerAttr(mn::countMultiplyAdds(layer)));
  }

  /// A function with `arguments`, and where `number` is not empty, an index of that name; it returns at once.
  func::FuncOp createFunction(Location location, ArrayRef<Argument> arguments, StringRef number) {
    OpBuilder builder(&getContext());
    SmallVector<Type> types;
    for (const Argument &argument : arguments)
      types.push_back(argument.type);
    if (!number.empty())
      types.push_back(builder.getIndexType());
    auto function = func::FuncOp::create(location, "kernel", builder.getFunctionType(types, {}));
    function.setPrivate();
    builder.setInsertionPointToStart(function.addEntryBlock());
    for (auto [index, argument] : llvm::enumerate(arguments))
      function.setArgAttr(index, mn::kNameAttr, builder.getStringAttr(argument.name));
    if (!number.empty())
      function.setArgAttr(arguments.size(), mn::kNameAttr, builder.getStringAttr(number));
    func::ReturnOp::create(builder, location);
    return function;
  }

  /// The argument of `function` that stands for `argument`, where `distinct` are the function's.
  static Value findArgument(func::FuncOp function, ArrayRef<Argument> distinct, const Argument &argument) {
    auto same = llvm::find_if(distinct, [&](const Argument &other) { return other.address == argument.address; });
    return function.getArgument(same - distinct.begin());
  }

  /// The kernel of a layer. Inside a chain its last argument is the first row of the strip to compute.
  func::FuncOp buildLayer(mn::LayerOpInterface layer, mn::TargetAttr target) {
    Arguments arguments = collectArguments(layer), distinct = keepDistinct(arguments);
    bool isStrip = mn::getFusedIndex(layer).has_value(), isCut = layer.getScheduleAttr().getParts() > 1;
    func::FuncOp kernel = createFunction(layer.getLoc(), distinct, isStrip ? "first_row" : isCut ? "part" : "");
    SmallVector<Buffer> buffers;
    for (const Argument &argument : arguments)
      buffers.push_back({findArgument(kernel, distinct, argument), argument.shape});
    KernelBuilder kernelBuilder(kernel, target, layer.getScheduleAttr(), getArithmeticType(layer));
    kernelBuilder.setInsertionPoint(kernel.getBody().front().getTerminator());
    if (isStrip)
      kernelBuilder.setStrip(kernel.getArguments().back(), mn::getStripRows(layer));
    buildKernel(kernelBuilder, layer, buffers);
    return kernel;
  }

  /// The function that runs the kernels of a chain in turns.
  func::FuncOp buildChain(mn::FusedOp chain, mn::TargetAttr target, ArrayRef<func::FuncOp> kernels,
                          ArrayRef<Argument> distinct) {
    func::FuncOp function = createFunction(chain.getLoc(), distinct, "");
    KernelBuilder b(function, target, cast<mn::LayerOpInterface>(chain.getOperation()).getScheduleAttr(),
                    Float32Type::get(&getContext()));
    b.setInsertionPoint(function.getBody().front().getTerminator());
    SmallVector<mn::WeightedOpInterface> layers = chain.getLayers();
    lower::buildChain(b, chain, [&](size_t index, Value firstRow) {
      SmallVector<Value> operands;
      for (const Argument &argument :
           keepDistinct(collectArguments(cast<mn::LayerOpInterface>(layers[index].getOperation()))))
        operands.push_back(findArgument(function, distinct, argument));
      operands.push_back(firstRow);
      func::CallOp::create(b, kernels[index], operands);
    });
    return function;
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
