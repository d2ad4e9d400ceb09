// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/ObservedNetwork.h"

#include "compiler/Stages.h"
#include "compiler/commands/LayerTensors.h"
#include "compiler/commands/RealNumbers.h"
#include "dialects/mn/Quantization.h"
#include "passes/tile/Pipeline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <set>

using namespace mlir;

namespace mncc {

FailureOr<std::unique_ptr<ObservedNetwork>> ObservedNetwork::create(ModuleOp module, const Options &asked,
                                                                    Diagnostics &diagnostics) {
  std::unique_ptr<ObservedNetwork> network(new ObservedNetwork);
  network->listTensors(module);
  Model model;
  model.module = module.clone();
  model.name = "observed";
  setStage(*model.module, Stage::Fuse);
  Options options = asked;
  options.emit = {EmitKind::Object};
  options.hooks = true;
  // Of a chain with row rings, tensors are never in memory as a whole.
  options.disabledPasses.push_back(kPlanFusion.str());
  auto artifacts = compile(options, model, diagnostics);
  if (failed(artifacts))
    return failure();
  network->codeBytes = artifacts->codeBytes;
  network->weightBytes = artifacts->weightBytes;
  network->interface = describeInterface(*model.module);
  network->nameLayers();
  auto jit = Jit::load(artifacts->files.begin()->second, network->interface, module.getLoc());
  if (failed(jit))
    return failure();
  network->jit = std::move(*jit);
  return network;
}

void ObservedNetwork::listTensors(ModuleOp module) {
  auto function = module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
  auto name = function.getArgAttrOfType<StringAttr>(0, mn::kNameAttr);
  input = {name ? name.getValue().str() : "input", cast<RankedTensorType>(function.getArgumentTypes().front())};
  output = {"", cast<RankedTensorType>(function.getResultTypes().front())};
  for (auto layer : function.getOps<mn::LayerOpInterface>())
    tensorNames.insert(mn::getTensorName(layer).str());
}

void ObservedNetwork::nameLayers() {
  std::set<std::string> seen;
  for (const LayerInterface &layer : interface.layers) {
    std::string name = nameTensor(interface, layer);
    bool isNew = tensorNames.count(name) && seen.insert(name).second;
    layerNames.push_back(isNew ? name : "");
  }
}

/// What `layer` has stored, as real numbers.
static std::vector<float> readRealNumbers(const LayerInterface &layer, const void *stored) {
  std::vector<double> numbers = readTensor(layer, stored);
  std::vector<float> values(numbers.begin(), numbers.end());
  if (!layer.quantization)
    return values;
  double scale = layer.quantization.getRealScale();
  auto zero = static_cast<double>(layer.quantization.getZeroPoint());
  for (float &value : values)
    value = static_cast<float>(scale * (value - zero));
  return values;
}

FailureOr<std::vector<float>> ObservedNetwork::run(ArrayRef<float> values, TensorObserver observe) {
  if (observe)
    observe(input.name, values, input.type.getShape().back());
  TensorBytes inputBytes = storeReals(values, input.type);
  std::vector<void *> outputs;
  std::vector<TensorBytes> results;
  for (const TensorInterface &tensor : interface.outputs)
    outputs.push_back(results.emplace_back(tensor.bytes()).data());
  auto afterLayer = [&](uint32_t number, const void *stored) {
    const LayerInterface &layer = interface.layers[number];
    if (!observe || layerNames[number].empty())
      return;
    observe(layerNames[number], readRealNumbers(layer, stored), layer.shape.back());
  };
  int32_t status = jit->run({inputBytes.data()}, outputs, afterLayer);
  if (status != 0)
    return emitError(UnknownLoc::get(input.type.getContext())) << "the model returned the status " << status;
  return loadReals(results.front(), output.type);
}

} // namespace mncc
