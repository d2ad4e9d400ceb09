// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Runner.h"

#include "compiler/Stages.h"
#include "compiler/commands/Image.h"
#include "compiler/targets/Targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mlir;

namespace mncc {

LogicalResult checkRunsHere(mn::TargetAttr target, Diagnostics &diagnostics) {
  if (canRun(target))
    return success();
  return diagnostics.error({}, fmt::format("this machine cannot run code for --mcpu {}", quote(target.getCpu().str())))
      .note("'mncc targets' says which rows run here");
}

FailureOr<std::unique_ptr<Runner>> Runner::create(Session &session, const CommandLine &line) {
  auto model = session.loadModel(line);
  if (failed(model))
    return failure();
  std::unique_ptr<Runner> runner(new Runner(std::move(*model)));
  if (line.reference) {
    Stage stage = getStage(*runner->model.module);
    if (stage != Stage::Import)
      return session.getDiagnostics()
          .error({},
                 fmt::format("the reference evaluator reads the stage import, found a dump of {}", getStageName(stage)))
          .note("name the description instead of a dump");
    if (failed(runner->roundWeights(line.options, session.getDiagnostics())))
      return failure();
    runner->interface = describeNetwork(*runner->model.module);
    return runner;
  }
  Options options = line.options;
  options.emit = {EmitKind::Object};
  options.stopAfter = Stage::Emit;
  auto artifacts = compile(options, runner->model, session.getDiagnostics());
  if (failed(artifacts))
    return failure();
  ModuleOp module = *runner->model.module;
  runner->interface = describeInterface(module);
  mn::TargetAttr target = runner->interface.target;
  if (failed(checkRunsHere(target, session.getDiagnostics())))
    return failure();
  auto jit = Jit::load(artifacts->files.begin()->second, runner->interface, module.getLoc());
  if (failed(jit))
    return failure();
  runner->jit = std::move(*jit);
  return runner;
}

/// Weights are rounded after the batch norms are folded into them, and define the network from there on.
LogicalResult Runner::roundWeights(const Options &asked, Diagnostics &diagnostics) {
  Options options = asked;
  options.stopAfter = Stage::Fuse;
  options.dumpDirectory.clear();
  return success(asked.weightsFormat == WeightsFormat::F32 || succeeded(compile(options, model, diagnostics)));
}

FailureOr<std::vector<reference::Tensor>> Runner::evaluate(ArrayRef<TensorValues> inputs,
                                                           const reference::Observer &observer) {
  auto network = model.module->lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
  std::vector<reference::Tensor> tensors;
  for (auto [values, input] : llvm::zip(inputs, interface.inputs))
    tensors.push_back({input.shape, toNumbers(input, values)});
  return reference::evaluate(network, tensors, observer);
}

FailureOr<std::vector<TensorValues>> Runner::run(ArrayRef<TensorValues> inputs, const Jit::AfterLayer &afterLayer) {
  std::vector<TensorValues> outputs;
  if (!jit) {
    auto results = evaluate(inputs);
    if (failed(results))
      return failure();
    for (auto [output, result] : llvm::zip(interface.outputs, *results))
      outputs.push_back(fromNumbers(output, result.values));
    return outputs;
  }
  std::vector<const void *> inputAddresses;
  for (const TensorValues &input : inputs)
    inputAddresses.push_back(input.data());
  std::vector<void *> outputAddresses;
  for (const TensorInterface &output : interface.outputs)
    outputs.push_back(TensorValues::zeros(output));
  for (TensorValues &output : outputs)
    outputAddresses.push_back(output.data());
  int32_t status = jit->run(inputAddresses, outputAddresses, afterLayer);
  if (status != 0)
    return emitError(model.module->getLoc()) << "the model returned the status " << status;
  return outputs;
}

/// The pixels as integers of `tensor`, which is quantised.
static TensorValues quantizePixels(ArrayRef<uint8_t> pixels, const InputTensor &input, const TensorInterface &tensor) {
  double least = tensor.kind == ElementKind::S8 ? -128 : 0, scale = tensor.quantization.getRealScale();
  auto zero = static_cast<double>(tensor.quantization.getZeroPoint());
  std::vector<double> integers;
  for (float real : normalizePixels(pixels, input))
    integers.push_back(std::clamp(std::round(real / scale) + zero, least, least + 255));
  return fromNumbers(tensor, integers);
}

FailureOr<TensorValues> loadPicture(const Runner &runner, const std::string &path, const CommandLine &line,
                                    Diagnostics &diagnostics) {
  const Model &model = runner.getModel();
  if (model.inputs.size() != 1 || model.inputs.front().shape.size() != 3)
    return diagnostics
        .error({}, line.fromIr.empty() || !model.inputs.empty()
                       ? "pictures need a network with one input of height, width and channels"
                       : "pictures need a description's preprocessing, which a dump does not have")
        .note("'mncc run' and 'mncc diff' take a .safetensors file with --input that has a tensor for each input");
  const InputTensor &input = model.inputs.front();
  auto image = readImage(path, input.shape[2] == 1, diagnostics);
  if (failed(image))
    return failure();
  if (image->channels != input.shape[2])
    return diagnostics.error(
        {}, fmt::format("a picture has 1 or 3 channels, but the input {} has {}", quote(input.name), input.shape[2]));
  auto bytes = fitImage(*image, input, line.crop, path, diagnostics);
  if (failed(bytes))
    return failure();
  const TensorInterface &tensor = runner.getInterface().inputs.front();
  if (tensor.quantization)
    return quantizePixels(*bytes, input, tensor);
  TensorValues values;
  if (!tensor.isFloat())
    values.bytes = std::move(*bytes);
  else
    values.floats = normalizePixels(*bytes, input);
  return values;
}

std::vector<size_t> findTop(ArrayRef<float> values, size_t count) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t a, size_t b) { return values[a] != values[b] ? values[a] > values[b] : a < b; });
  order.resize(std::min(count, order.size()));
  return order;
}

} // namespace mncc
