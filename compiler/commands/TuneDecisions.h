// SPDX-License-Identifier: Apache-2.0
// What `mncc tune` decides from the times that it has measured.
#ifndef MNCC_COMPILER_COMMANDS_TUNEDECISIONS_H
#define MNCC_COMPILER_COMMANDS_TUNEDECISIONS_H

#include <vector>

namespace mncc {

/// How often the best of all classes are compiled together and measured, at most.
inline constexpr int kFinalMeasurements = 2;

/// How many seconds of `budget` a final measurement lasts: most of them are for trials.
double getFinalSeconds(double budget);

/// How many seconds the final measurements may take, compilation included, where the longest trial took `longest`.
double reserveForFinal(double longest, double budget);

/// True where another trial and the final measurements fit into `budget` after `elapsed` seconds.
bool isTimeForTrial(double elapsed, double longest, double budget);

/// What a final measurement says of the classes that took part in it.
struct FinalDecision {
  /// For each class, whether it is better together with the others, too; the others are taken back.
  std::vector<bool> stays;
  /// True where what stays is to be measured without what was taken back.
  bool measuresAgain = false;
};

/// Decides after final measurement number `measurement`, counted from 1, in which the classes took `shares` of the cost
/// model's times.
FinalDecision decideFinally(const std::vector<double> &shares, int measurement);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_TUNEDECISIONS_H
