// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/TimedModel.h"

#include "mlir/IR/DialectResourceBlobManager.h"

#include <chrono>

using namespace mlir;

namespace mncc {

/// The object has the weights now; in the context they would stay until its end, once for each compilation.
static void dropPackedWeights(ModuleOp lowered) {
  if (auto packed = lowered->getAttrOfType<DenseResourceElementsAttr>("mn.weights"))
    packed.getRawHandle().getResource()->setBlob(AsmResourceBlob());
}

FailureOr<std::unique_ptr<TimedModel>> TimedModel::load(Options options, Model &model, Diagnostics &diagnostics) {
  options.hooks = true;
  options.emit = {EmitKind::Object};
  options.stopAfter = Stage::Emit;
  auto artifacts = compile(options, model, diagnostics);
  if (failed(artifacts))
    return failure();
  std::unique_ptr<TimedModel> timed(new TimedModel);
  timed->interface = describeInterface(*model.module);
  timed->overruled = std::move(artifacts->overruledKernels);
  dropPackedWeights(*model.module);
  auto jit = Jit::load(artifacts->files.begin()->second, timed->interface, model.module->getLoc());
  if (failed(jit))
    return failure();
  timed->jit = std::move(*jit);
  for (const TensorInterface &tensor : timed->interface.inputs)
    timed->inputs.emplace_back(tensor.elements(), 0.5f);
  for (const TensorInterface &tensor : timed->interface.outputs)
    timed->outputs.emplace_back(tensor.elements());
  timed->forget();
  return timed;
}

void TimedModel::forget() {
  layerSeconds.assign(interface.layers.size(), {});
  totalSeconds.clear();
}

void TimedModel::infer() {
  using Clock = std::chrono::steady_clock;
  std::vector<const void *> inputAddresses;
  std::vector<void *> outputAddresses;
  for (const auto &values : inputs)
    inputAddresses.push_back(values.data());
  for (auto &values : outputs)
    outputAddresses.push_back(values.data());
  auto start = Clock::now(), last = start;
  jit->run(inputAddresses, outputAddresses, [&](uint32_t layer, const void *) {
    auto now = Clock::now();
    layerSeconds[layer].push_back(std::chrono::duration<double>(now - last).count());
    last = Clock::now();
  });
  totalSeconds.push_back(std::chrono::duration<double>(last - start).count());
}

} // namespace mncc
