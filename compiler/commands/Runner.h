// SPDX-License-Identifier: Apache-2.0
// A model that is ready to run on this machine: its object, or the reference evaluator in its place.
#ifndef MNCC_COMPILER_COMMANDS_RUNNER_H
#define MNCC_COMPILER_COMMANDS_RUNNER_H

#include "compiler/commands/Session.h"
#include "compiler/commands/TensorValues.h"
#include "compiler/emit/Jit.h"
#include "dialects/mn/reference/Evaluate.h"

namespace mncc {

/// Reports an error and fails where this machine lacks instructions of the row.
mlir::LogicalResult checkRunsHere(mn::TargetAttr target, Diagnostics &diagnostics);

class Runner {
public:
  /// Loads the model that `line` names and, unless `line.reference`, compiles it for this machine and loads the object.
  /// Fails after an error was reported.
  static mlir::FailureOr<std::unique_ptr<Runner>> create(Session &session, const CommandLine &line);

  /// Inputs, outputs and layers.
  const ModelInterface &getInterface() const { return interface; }
  const Model &getModel() const { return model; }

  /// Runs once: one entry an input, returns one an output. `afterLayer` sees each layer's result where the model was
  /// compiled with hooks. Fails after an error was reported.
  mlir::FailureOr<std::vector<TensorValues>> run(llvm::ArrayRef<TensorValues> inputs,
                                                 const Jit::AfterLayer &afterLayer = {});

  /// The reference evaluator's outputs, where the runner was made with `--reference`; `observer` sees every tensor.
  mlir::FailureOr<std::vector<reference::Tensor>> evaluate(llvm::ArrayRef<TensorValues> inputs,
                                                           const reference::Observer &observer = {});

private:
  explicit Runner(Model model) : model(std::move(model)) {}

  mlir::LogicalResult roundWeights(const Options &options, Diagnostics &diagnostics);

  Model model;
  ModelInterface interface;
  /// Null with --reference: then the module stays as it was imported, or as its weights were rounded.
  std::unique_ptr<Jit> jit;
};

/// The picture at `path` as the network's only input. Where that is of integers, they stand for what normalizePixels()
/// gives, rounded half away from zero.
mlir::FailureOr<TensorValues> loadPicture(const Runner &runner, const std::string &path, const CommandLine &line,
                                          Diagnostics &diagnostics);

/// Indices of the `count` largest values, largest first; of equal values the first comes first.
std::vector<size_t> findTop(llvm::ArrayRef<float> values, size_t count);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_RUNNER_H
