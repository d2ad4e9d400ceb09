// SPDX-License-Identifier: Apache-2.0
// From a model of floats to the description of one of integers.
#ifndef MNCC_COMPILER_COMMANDS_QUANTIZE_H
#define MNCC_COMPILER_COMMANDS_QUANTIZE_H

#include "compiler/commands/Session.h"
#include "compiler/quantize/DescribeNetwork.h"

namespace mncc {

/// A network of integers, in two forms.
struct QuantizedModel {
  /// What `mncc quantize` writes, "calibration.json" with it.
  DescribedNetwork written;
  /// Its locations are those of the model of floats.
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// Quantises the model that `line` names with the pictures that it names. Reports an error to `session` and fails where
/// `mncc quantize` does.
mlir::FailureOr<QuantizedModel> quantizeModel(const CommandLine &line, Session &session);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_QUANTIZE_H
