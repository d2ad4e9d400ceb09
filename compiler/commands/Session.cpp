// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Session.h"

#include "compiler/Dump.h"
#include "compiler/import/ImportModel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <chrono>

using namespace mlir;

namespace mncc {

/// The handler must not print an op's whole text after its error: people look at the description.
Session::Session()
    : context(createContext()), handler(sources, context.get()),
      internalErrors(context.get(), [this](mlir::Diagnostic &error) {
        if (StringRef(error.str()).starts_with("internal error")) {
          hasInternalError = true;
          error.attachNote() << "this is a fault of mncc: please report it with the description, or a dump of it";
        }
        // On to the handler that prints.
        return failure();
      }) {
  context->printOpOnDiagnostic(false);
}

Session::~Session() { llvm::errs() << diagnostics.render(); }

FailureOr<Model> Session::loadModel(const CommandLine &line) {
  auto start = std::chrono::steady_clock::now();
  filesRead = {line.model, line.fromIr, line.options.weights, line.options.schedule};
  if (!line.fromIr.empty())
    return readDump(*context, line.fromIr, diagnostics);
  auto imported = importModel(line.model, line.options, *context, diagnostics);
  if (failed(imported))
    return failure();
  if (const auto &weights = imported->checked.description.weights)
    filesRead.push_back(weights->resolve());
  Model model;
  model.module = std::move(imported->module);
  model.labels = std::move(imported->labels);
  model.inputs = imported->checked.description.inputs;
  model.name = imported->checked.description.name;
  model.source = line.model == "-" ? "the standard input" : llvm::sys::path::filename(line.model).str();
  if (model.name.empty())
    model.name = line.model == "-" ? "network" : llvm::sys::path::stem(line.model).str();
  importSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return model;
}

LogicalResult Session::checkOutput(const std::string &path, ArrayRef<std::string> others) {
  for (const std::string &file : llvm::concat<const std::string>(filesRead, others))
    if (llvm::sys::fs::equivalent(path, file))
      return diagnostics.error({}, fmt::format("cannot write {}: it is a file that this command reads", quote(path)))
          .note("choose another --output");
  return success();
}

} // namespace mncc
