// SPDX-License-Identifier: Apache-2.0
// What every command begins with: a context, a place for errors, and the model.
#ifndef MNCC_COMPILER_COMMANDS_SESSION_H
#define MNCC_COMPILER_COMMANDS_SESSION_H

#include "compiler/Compile.h"
#include "compiler/commands/CommandLine.h"
#include "compiler/import/Diagnostics.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/SourceMgr.h"

namespace mncc {

/// One run of the program. Errors of MLIR print at once with the line of the description that they point at; those in
/// `diagnostics` print when the session ends.
class Session {
public:
  Session();
  ~Session();

  mlir::MLIRContext &getContext() { return *context; }
  Diagnostics &getDiagnostics() { return diagnostics; }

  /// The model that `line` names: a description with its weights, or a dump. Takes the seconds of the import.
  mlir::FailureOr<Model> loadModel(const CommandLine &line);
  double getImportSeconds() const { return importSeconds; }

  /// Reports an error and fails where the file at `path` is one that the model was read from, or one of `others`.
  llvm::LogicalResult checkOutput(const std::string &path, llvm::ArrayRef<std::string> others);

  /// The exit status after a failure: 3 where the compiler found a fault of its own, 1 for the input's.
  int getFailureStatus() const { return hasInternalError ? 3 : 1; }

private:
  std::unique_ptr<mlir::MLIRContext> context;
  Diagnostics diagnostics;
  llvm::SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler;
  mlir::ScopedDiagnosticHandler internalErrors;
  bool hasInternalError = false;
  std::vector<std::string> filesRead;
  double importSeconds = 0;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_SESSION_H
