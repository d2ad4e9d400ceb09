// SPDX-License-Identifier: Apache-2.0
// The room in one function: a description's path goes in, a module comes out.
#ifndef MNCC_COMPILER_IMPORT_IMPORTMODEL_H
#define MNCC_COMPILER_IMPORT_IMPORTMODEL_H

#include "compiler/import/BuildModule.h"

namespace mncc {

/// A network after import.
struct ImportedModel {
  /// The checked description; `run` and `eval` take the preprocessing from it.
  CheckedDescription checked;
  /// The module; its context must outlive it.
  mlir::OwningOpRef<mlir::ModuleOp> module;
  /// Class names, one an output value; empty where the description has none.
  std::vector<std::string> labels;
};

/// A network as a file says it: a description, whose weights lie elsewhere, or a file of another format, with its own.
struct NetworkFile {
  CheckedDescription checked;
  std::optional<Weights> weights;
};

/// Reads the file at `path` ("-" is the standard input) and checks it: a description in JSON or a TFLite file, which is
/// known by its identifier.
llvm::FailureOr<NetworkFile> loadNetwork(const std::string &path, Diagnostics &diagnostics);

/// Imports the network at `path`, as loadNetwork() takes it. The weights of a description come from `options.weights`:
/// a path, "random:SEED", or "" for the file that it names. What is wrong is reported to `diagnostics`; print them in
/// either case, for there may be warnings.
llvm::FailureOr<ImportedModel> importModel(const std::string &path, const Options &options, mlir::MLIRContext &context,
                                           Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_IMPORTMODEL_H
