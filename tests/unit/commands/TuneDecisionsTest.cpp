// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/TuneDecisions.h"

#include <gtest/gtest.h>

using namespace mncc;

namespace {

TEST(TuneDecisions, FinalMeasurementsTakeATenthOfTheBudgetWithinLimits) {
  EXPECT_EQ(getFinalSeconds(10), 1);
  EXPECT_EQ(getFinalSeconds(1), 0.4);
  EXPECT_EQ(getFinalSeconds(1000), 2);
}

TEST(TuneDecisions, ATrialLeavesTimeForTheFinalMeasurements) {
  // Two of 1 s after as long as the longest trial, 0.5 s: 3 s.
  EXPECT_EQ(reserveForFinal(0.5, 10), 3);
  EXPECT_TRUE(isTimeForTrial(6.4, 0.5, 10));
  EXPECT_FALSE(isTimeForTrial(6.6, 0.5, 10));
}

using Claims = std::vector<bool>;

TEST(TuneDecisions, WhatIsBetterStays) {
  FinalDecision decision = decideFinally({0.5, 0.99}, 1);
  EXPECT_EQ(decision.stays, Claims({true, true}));
  EXPECT_FALSE(decision.measuresAgain);
}

TEST(TuneDecisions, TheRestIsMeasuredAgainWhereOneIsTakenBack) {
  FinalDecision decision = decideFinally({0.5, 0.995, 1.2}, 1);
  EXPECT_EQ(decision.stays, Claims({true, false, false}));
  EXPECT_TRUE(decision.measuresAgain);
}

TEST(TuneDecisions, TheLastMeasurementTakesBackToo) {
  FinalDecision decision = decideFinally({0.5, 1.2}, kFinalMeasurements);
  EXPECT_EQ(decision.stays, Claims({true, false}));
  EXPECT_FALSE(decision.measuresAgain);
}

TEST(TuneDecisions, NothingIsLeftToMeasureWhereAllAreTakenBack) {
  FinalDecision decision = decideFinally({1.0, 1.2}, 1);
  EXPECT_EQ(decision.stays, Claims({false, false}));
  EXPECT_FALSE(decision.measuresAgain);
}

} // namespace
