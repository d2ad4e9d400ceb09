// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/LayerRunner.h"

#include "compiler/Stages.h"
#include "dialects/mn/LayerInputs.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace mncc {

/// A module whose network is `layer`.
static OwningOpRef<ModuleOp> isolate(mn::LayerOpInterface layer) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(layer->getLoc());
  module.get()->setAttrs(layer->getParentOfType<ModuleOp>()->getAttrDictionary());
  auto builder = OpBuilder::atBlockBegin(module->getBody());
  SmallVector<Value> inputs = mn::listInputs(layer);
  auto type = builder.getFunctionType(TypeRange(ValueRange(inputs)), layer->getResultTypes());
  auto network = func::FuncOp::create(builder, layer->getLoc(), mn::kNetworkFunction, type);
  builder.setInsertionPointToStart(network.addEntryBlock());
  IRMapping mapping;
  mapping.map(inputs, network.getArguments());
  for (Value operand : layer->getOperands())
    if (auto constant = operand.getDefiningOp<mn::ConstantOp>())
      builder.clone(*constant, mapping);
  assert(llvm::all_of(layer->getOperands(), [&](Value operand) { return mapping.contains(operand); }));
  func::ReturnOp::create(builder, layer->getLoc(), builder.clone(*layer.getOperation(), mapping)->getResults());
  return module;
}

FailureOr<std::unique_ptr<LayerRunner>> LayerRunner::create(mn::LayerOpInterface layer, const Options &asked,
                                                            Diagnostics &diagnostics) {
  Model model;
  model.module = isolate(layer);
  model.name = "layer";
  setStage(*model.module, Stage::Fuse);
  Options options = asked;
  options.emit = {EmitKind::Object};
  auto artifacts = compile(options, model, diagnostics);
  if (failed(artifacts))
    return failure();
  std::unique_ptr<LayerRunner> runner(new LayerRunner(layer->getLoc()));
  runner->interface = describeInterface(*model.module);
  auto jit = Jit::load(artifacts->files.begin()->second, runner->interface, layer->getLoc());
  if (failed(jit))
    return failure();
  runner->jit = std::move(*jit);
  return runner;
}

FailureOr<TensorBytes> LayerRunner::run(ArrayRef<const TensorBytes *> inputs) {
  SmallVector<const void *> addresses;
  for (const TensorBytes *input : inputs)
    addresses.push_back(input->data());
  TensorBytes result(interface.outputs.front().bytes());
  if (int32_t status = jit->run(addresses, {result.data()}))
    return emitError(location) << "the layer returned the status " << status;
  return result;
}

} // namespace mncc
