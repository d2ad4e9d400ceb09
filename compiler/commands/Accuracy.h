// SPDX-License-Identifier: Apache-2.0
// How often a network is right, and how far its results are from those of the float network.
#ifndef MNCC_COMPILER_COMMANDS_ACCURACY_H
#define MNCC_COMPILER_COMMANDS_ACCURACY_H

#include "compiler/commands/CommandLine.h"
#include "compiler/commands/LabelTable.h"
#include "compiler/commands/ObservedNetwork.h"
#include "compiler/commands/QuantizationReport.h"

namespace mncc {

/// The first `limit` rows (0 for all) of the table that `line` names, with classes that are numbers of the model's
/// outputs, of which there are `outputs`: moved as --label-offset says, or by the background class that the outputs
/// have and the labels have not. Reports located errors and fails where a class is none of them.
mlir::FailureOr<std::vector<LabelledImage>> readClasses(const CommandLine &line, int64_t limit, int64_t outputs,
                                                        Diagnostics &diagnostics);

/// Labelled pictures in memory, and what the float network makes of them.
class AccuracyMeter {
public:
  /// Loads the pictures that `line` labels for `input` and runs `floats` on them. Reports located errors and fails
  /// where the table or a picture is wrong.
  static mlir::FailureOr<std::unique_ptr<AccuracyMeter>> create(const CommandLine &line, const InputTensor &input,
                                                                ObservedNetwork &floats, Diagnostics &diagnostics);

  int64_t countPictures() const { return static_cast<int64_t>(classes.size()); }
  /// Of how many pictures the float network is right.
  int64_t countRightFloats() const { return rightFloats; }
  /// Runs `network` on all pictures. Fails after an error was reported.
  mlir::FailureOr<Score> measure(ObservedNetwork &network) const;

private:
  std::vector<std::vector<float>> inputs, exactResults;
  std::vector<size_t> classes;
  int64_t rightFloats = 0;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_ACCURACY_H
