// SPDX-License-Identifier: Apache-2.0
// The compiler as a library: a model in memory goes in, artifacts in memory come out. Programs write them to files.
#ifndef MNCC_COMPILER_COMPILE_H
#define MNCC_COMPILER_COMPILE_H

#include "compiler/Options.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <string>

namespace mncc {

/// A model after import (or a dump of a later stage): the module and what the IR does not say.
struct Model {
  /// The module; its `mn.stage` says how far it has come. Its context must outlive the Model.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// Sanitised default for the symbol prefix.
  std::string name;
  /// Class names, one an output value; empty where the description has none.
  std::vector<std::string> labels;
  /// The file that the model came from, as the user wrote it without directories, for banners.
  std::string source;
};

/// Everything that one compilation makes, keyed by file name ("mobilenet.o", "mobilenet.h", …), and the times it took.
struct Artifacts {
  std::map<std::string, std::string> files;
  /// Stage names and seconds, in running order.
  std::vector<std::pair<std::string, double>> seconds;
};

/// Runs the stages that `model` has not seen yet, up to `options.stopAfter`, then emit. The module is changed in place.
/// Fails after reporting a located diagnostic to the module's context.
mlir::FailureOr<Artifacts> compile(const Options &options, Model &model);

} // namespace mncc

#endif // MNCC_COMPILER_COMPILE_H
