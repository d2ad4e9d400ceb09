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

/// Imports the description at `path` ("-" is the standard input) with weights from `weights`: a path, "random:SEED", or
/// "" for the file that the description names. What is wrong is reported to `diagnostics`; print them in either case,
/// for there may be warnings.
llvm::FailureOr<ImportedModel> importModel(const std::string &path, const std::string &weights, InputType inputType,
                                           mlir::MLIRContext &context, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_IMPORTMODEL_H
