// SPDX-License-Identifier: Apache-2.0
// The compiler as a library: a model in memory goes in, artifacts in memory come out. Programs write them to files.
#ifndef MNCC_COMPILER_COMPILE_H
#define MNCC_COMPILER_COMPILE_H

#include "compiler/Options.h"
#include "compiler/import/Description.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <set>
#include <string>

namespace mncc {

/// A model after import (or a dump of a later stage): the module and what the IR does not say.
struct Model {
  /// The module; its `mn.stage` says how far it has come. Its context must outlive the Model.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// Default for the symbol prefix, as the description writes it.
  std::string name;
  /// Class names, one an output value; empty where the description has none.
  std::vector<std::string> labels;
  /// The network's inputs with their preprocessing; empty for a dump.
  std::vector<InputTensor> inputs;
  /// The file that the model came from, without directories, for banners.
  std::string source;
};

/// Everything that one compilation makes.
struct Artifacts {
  /// Contents by file name: "mobilenet.o", "mobilenet.h", ….
  std::map<std::string, std::string> files;
  /// Symbol prefix of the emitted code.
  std::string name;
  /// Sizes in bytes: machine code with its constants, weights, working memory, deepest stack.
  int64_t codeBytes = 0, weightBytes = 0, arenaBytes = 0, stackBytes = 0;
  /// Kernels that the spill gate compiled otherwise than the row's first variant says, of all rows.
  std::set<std::string> overruledKernels;
  /// Stage names and seconds, in running order.
  std::vector<std::pair<std::string, double>> seconds;
};

/// A context with every dialect that the stages use.
std::unique_ptr<mlir::MLIRContext> createContext();

/// Runs the stages that `model` has not seen yet, up to `options.stopAfter`, then emit. The module is changed in place.
/// Fails after an error was reported, to `diagnostics` or, where it has a place in the model, to the module's context.
mlir::FailureOr<Artifacts> compile(const Options &options, Model &model, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_COMPILE_H
