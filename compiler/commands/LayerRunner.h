// SPDX-License-Identifier: Apache-2.0
// One layer of a network as a program of its own.
#ifndef MNCC_COMPILER_COMMANDS_LAYERRUNNER_H
#define MNCC_COMPILER_COMMANDS_LAYERRUNNER_H

#include "compiler/Compile.h"
#include "compiler/commands/RealNumbers.h"
#include "compiler/emit/Jit.h"
#include "dialects/mn/Mn.h"

namespace mncc {

class LayerRunner {
public:
  /// Compiles a copy of `layer`, whose weights are constants, of a network that has been through the fuse passes, for
  /// this machine. Fails after an error was reported.
  static mlir::FailureOr<std::unique_ptr<LayerRunner>> create(mn::LayerOpInterface layer, const Options &options,
                                                              Diagnostics &diagnostics);

  /// The layer's result on `inputs`, one for each of mn::listInputs(). Fails after an error was reported.
  mlir::FailureOr<TensorBytes> run(llvm::ArrayRef<const TensorBytes *> inputs);

private:
  explicit LayerRunner(mlir::Location location) : location(location) {}

  mlir::Location location;
  ModelInterface interface;
  std::unique_ptr<Jit> jit;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_LAYERRUNNER_H
