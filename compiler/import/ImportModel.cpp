// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ImportModel.h"

#include "compiler/import/Labels.h"

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;

FailureOr<ImportedModel> mncc::importModel(const std::string &path, const std::string &weights, InputType inputType,
                                           mlir::MLIRContext &context, Diagnostics &diagnostics) {
  FailureOr<CheckedDescription> checked = loadDescription(path, diagnostics);
  if (failed(checked))
    return failure();
  FailureOr<std::vector<std::string>> labels = loadLabels(checked->description, checked->shapes, diagnostics);
  if (failed(labels))
    return failure();
  FailureOr<Weights> values = loadWeights(checked->description, checked->shapes, weights, diagnostics);
  if (failed(values))
    return failure();
  auto module = buildModule(context, *checked, *values, inputType, diagnostics);
  if (failed(module))
    return failure();
  return ImportedModel{std::move(*checked), std::move(*module), std::move(*labels)};
}
