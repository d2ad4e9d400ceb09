// SPDX-License-Identifier: Apache-2.0
// The command line as one struct. Flags are parsed here and nowhere else.
#ifndef MNCC_COMPILER_COMMANDS_COMMANDLINE_H
#define MNCC_COMPILER_COMMANDS_COMMANDLINE_H

#include "compiler/Options.h"
#include "compiler/quantize/RangeMethods.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace mncc {

/// What the first word asks for; anything that is no verb is a model to compile.
enum class Verb { Compile, Run, Eval, Diff, Report, Tune, Quantize, Expand, Import, Targets };

/// How weights become integers: each to the nearest, or so that their errors cancel on the pictures.
enum class FilterRounding { Nearest, Gptq };

/// What makes up for the errors of filters in biases: nothing, what rounding does to the means of the float network, or
/// what the integers' means are measured to be off by.
enum class BiasCorrection { None, Analytic, Empirical };

struct CommandLine {
  Verb verb = Verb::Compile;
  Options options;
  /// The description; empty where --from-ir names a dump.
  std::string model;
  std::string fromIr;
  /// -o: a directory; empty prints the report, or the IR of --stop-after.
  std::string outputDirectory;
  bool json = false, time = false;

  /// run, diff: pictures, or numbers; run: where the results go.
  std::vector<std::string> images;
  std::string input, output;
  int64_t top = 5;
  /// run, eval: the reference evaluator takes the place of the object.
  bool reference = false;

  /// diff: the error, as a share of a tensor's largest value, from which on it differs.
  std::optional<double> tolerance;

  /// eval, quantize: the folder, the table of classes, and which part of each picture.
  std::string imageDirectory, labelsFile, labelColumn;
  std::optional<int64_t> labelOffset;
  std::optional<std::array<int64_t, 4>> crop;
  /// tune: how long all of it may take, though one trial and the final measurements are always made; its file is
  /// `output`.
  int64_t budgetSeconds = 60;
  /// Compile: --precision=int8, so that `imageDirectory` calibrates the network.
  bool quantizes = false;
  /// quantize: how ranges are chosen, statistics in place of `imageDirectory`, layers that stay floats.
  RangeMethod rangeMethod = RangeMethod::MinMax;
  std::string calibrationFile;
  std::vector<std::string> keepFloat;
  bool perTensor = false, equalizes = false, floatInterface = false;
  /// quantize, and compile that quantizes: pictures of `imageDirectory` that cannot be read, or have another size, are
  /// left out.
  bool skipsBadImages = false;
  /// quantize: without a wish, what the pictures, or statistics alone, allow.
  std::optional<FilterRounding> rounding;
  std::optional<BiasCorrection> biasCorrection;
  /// quantize: the folder of the labelled pictures where it is not the table's, and how many points of accuracy layers
  /// may cost before they stay floats.
  std::string labelledDirectory;
  std::optional<double> accuracyLoss;
  /// eval, quantize: at most this many pictures; 0 for all.
  int64_t limit = 0;
};

/// Parses `argv`. Returns nothing where the program is to end at once, with `exitCode`: after --help or --version (0),
/// which print to stdout, or a wrong command line (2), which is explained on stderr.
std::optional<CommandLine> parseCommandLine(int argc, const char *const *argv, int &exitCode);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_COMMANDLINE_H
