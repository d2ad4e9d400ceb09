// SPDX-License-Identifier: Apache-2.0
// What each verb does, one file each. Every function returns the program's exit status.
#ifndef MNCC_COMPILER_COMMANDS_COMMANDS_H
#define MNCC_COMPILER_COMMANDS_COMMANDS_H

#include "compiler/commands/CommandLine.h"

namespace mncc {

/// mncc MODEL -o DIR: writes the artifacts and says how large they are.
int runCompile(const CommandLine &line);
/// mncc run: pictures or numbers through the object, results to the terminal or a file.
int runRun(const CommandLine &line);
/// mncc eval: top-1 and top-5 over labelled pictures.
int runEval(const CommandLine &line);
/// mncc diff: every tensor that the object writes beside the reference evaluator's.
int runDiff(const CommandLine &line);
/// mncc report: each layer's time beside the cost model's prediction.
int runReport(const CommandLine &line);
/// mncc tune: a schedule file from measurements on this machine.
int runTune(const CommandLine &line);
/// mncc quantize: an int8 model from a float one and pictures.
int runQuantize(const CommandLine &line);
/// mncc expand: the explicit form of a description.
int runExpand(const CommandLine &line);
/// mncc import: a network of another format as a description and its weights.
int runImport(const CommandLine &line);
/// mncc targets: the target table.
int runTargets(const CommandLine &line);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_COMMANDS_H
