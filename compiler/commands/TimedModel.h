// SPDX-License-Identifier: Apache-2.0
// A model with hooks, loaded, whose layers are timed one by one.
#ifndef MNCC_COMPILER_COMMANDS_TIMEDMODEL_H
#define MNCC_COMPILER_COMMANDS_TIMEDMODEL_H

#include "compiler/Compile.h"
#include "compiler/emit/Interface.h"
#include "compiler/emit/Jit.h"

namespace mncc {

class TimedModel {
public:
  /// Compiles `model` with hooks, from the stage that it has reached, and loads the object. Fails after an error was
  /// reported.
  static mlir::FailureOr<std::unique_ptr<TimedModel>> load(Options options, Model &model, Diagnostics &diagnostics);

  const ModelInterface &getInterface() const { return interface; }
  /// Kernels that the spill gate changed.
  const std::set<std::string> &getOverruledKernels() const { return overruled; }

  /// One inference on made-up inputs. A layer's time is what passes between the hook of the layer before it and its
  /// own.
  void infer();
  /// Forgets the times so far.
  void forget();
  /// Seconds since forget(): [layer][inference], and of whole inferences.
  const std::vector<std::vector<double>> &getLayerSeconds() const { return layerSeconds; }
  const std::vector<double> &getTotalSeconds() const { return totalSeconds; }

private:
  TimedModel() = default;

  ModelInterface interface;
  std::set<std::string> overruled;
  std::unique_ptr<Jit> jit;
  /// Floats, or bytes in their place.
  std::vector<std::vector<float>> inputs, outputs;
  std::vector<std::vector<double>> layerSeconds;
  std::vector<double> totalSeconds;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_TIMEDMODEL_H
