// SPDX-License-Identifier: Apache-2.0
// From a model of floats to the description of one of integers.
#ifndef MNCC_COMPILER_COMMANDS_QUANTIZE_H
#define MNCC_COMPILER_COMMANDS_QUANTIZE_H

#include "compiler/commands/Session.h"
#include "compiler/quantize/DescribeNetwork.h"

namespace mncc {

/// What `mncc quantize` writes for the model and the pictures that `line` names, "calibration.json" with it. Reports an
/// error to `session` and fails where that command does.
mlir::FailureOr<DescribedNetwork> quantizeModel(const CommandLine &line, Session &session);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_QUANTIZE_H
