// SPDX-License-Identifier: Apache-2.0
// The program: parses the command line and hands over to the command.
#include "compiler/commands/Commands.h"
#include "compiler/commands/Print.h"

#include "llvm/Support/TargetSelect.h"

#include <csignal>

static int runVerb(const mncc::CommandLine &line) {
  switch (line.verb) {
  case mncc::Verb::Compile:
    return mncc::runCompile(line);
  case mncc::Verb::Run:
    return mncc::runRun(line);
  case mncc::Verb::Eval:
    return mncc::runEval(line);
  case mncc::Verb::Diff:
    return mncc::runDiff(line);
  case mncc::Verb::Report:
    return mncc::runReport(line);
  case mncc::Verb::Tune:
    return mncc::runTune(line);
  case mncc::Verb::Quantize:
    return mncc::runQuantize(line);
  case mncc::Verb::Expand:
    return mncc::runExpand(line);
  case mncc::Verb::Import:
    return mncc::runImport(line);
  case mncc::Verb::Targets:
    return mncc::runTargets(line);
  }
  return 2;
}

int main(int argc, char **argv) {
  // A file beyond `ulimit -f` fails to be written, as on a full disk, which is reported with its name.
  std::signal(SIGXFSZ, SIG_IGN);
  int exitCode = 0;
  std::optional<mncc::CommandLine> line = mncc::parseCommandLine(argc, argv, exitCode);
  int status = line ? runVerb(*line) : exitCode;
  if (mncc::finishPrinting())
    return status;
  std::fputs("error: cannot write to the standard output\n", stderr);
  return status != 0 ? status : 1;
}
