// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/TuneDecisions.h"

#include <algorithm>

namespace mncc {

/// A choice stays where the final measurement, which is longer than a trial, shows it better by this.
static constexpr double kStaysBetter = 0.99;

double getFinalSeconds(double budget) { return std::clamp(budget / 10, 0.4, 2.0); }

double reserveForFinal(double longest, double budget) {
  // A final measurement compiles as a trial does, and measures for longer.
  return kFinalMeasurements * (longest + getFinalSeconds(budget));
}

bool isTimeForTrial(double elapsed, double longest, double budget) {
  return elapsed + longest + reserveForFinal(longest, budget) < budget;
}

FinalDecision decideFinally(const std::vector<double> &shares, int measurement) {
  FinalDecision decision;
  for (double share : shares)
    decision.stays.push_back(share <= kStaysBetter);
  auto staying = std::count(decision.stays.begin(), decision.stays.end(), true);
  bool isTakenBack = static_cast<size_t>(staying) < shares.size();
  decision.measuresAgain = isTakenBack && staying > 0 && measurement < kFinalMeasurements;
  return decision;
}

} // namespace mncc
