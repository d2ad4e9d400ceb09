// SPDX-License-Identifier: Apache-2.0
// A network's inputs as numbers in a file.
#ifndef MNCC_COMPILER_COMMANDS_NUMBERS_H
#define MNCC_COMPILER_COMMANDS_NUMBERS_H

#include "compiler/commands/Runner.h"

namespace mncc {

/// The inputs of some inferences, each one entry an input.
using Inferences = std::vector<std::vector<TensorValues>>;

/// Reads `path`, .npy or .safetensors: the tensor of each input's name, or the only one, with the input's shape and any
/// number of inferences in place of the leading 1. Bytes (U8) for an input of floats go through its preprocessing;
/// an input of integers takes its own type, U8 or I8. Fails after an error was reported.
mlir::FailureOr<Inferences> readInferences(const Runner &runner, const std::string &path, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_NUMBERS_H
