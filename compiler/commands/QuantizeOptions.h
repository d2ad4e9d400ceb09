// SPDX-License-Identifier: Apache-2.0
// The options of `mncc quantize`.
#ifndef MNCC_COMPILER_COMMANDS_QUANTIZEOPTIONS_H
#define MNCC_COMPILER_COMMANDS_QUANTIZEOPTIONS_H

#include "compiler/commands/CommandLine.h"

namespace CLI {
class App;
}

namespace mncc {

/// Adds them to `app`; they write into `line`, which outlives it.
void addQuantizeOptions(CLI::App &app, CommandLine &line);
/// Throws a CLI::Error where options are missing or do not go together.
void checkQuantizeOptions(const CommandLine &line);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_QUANTIZEOPTIONS_H
