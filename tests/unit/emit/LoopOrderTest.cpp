// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/LoopOrder.h"
#include "compiler/emit/LoopCycles.h"
#include "compiler/emit/LoopRegisters.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <map>

using namespace mncc;

namespace {

/// One turn of a pointwise convolution: `pixels` x 2 sums, four input channels, loads of `width` registers.
Reduction writeTile(unsigned pixels, unsigned width) {
  Reduction reduction;
  reduction.sums = 2 * pixels;
  reduction.loads.assign((pixels + 8) / width, width);
  std::vector<std::optional<unsigned>> last(reduction.sums);
  for (unsigned channel = 0; channel < 4; ++channel)
    for (unsigned vector = 0; vector < 2; ++vector)
      for (unsigned pixel = 0; pixel < pixels; ++pixel) {
        std::optional<unsigned> &sum = last[2 * pixel + vector];
        Reduction::Fma fma{sum, {pixel / width, (pixels + 2 * channel + vector) / width}};
        sum = static_cast<unsigned>(reduction.fmas.size());
        reduction.fmas.push_back(fma);
      }
  return reduction;
}

/// One kernel row of a convolution of 3 channels: `pixels` x 2 sums, nine inputs that come for each pixel as two
/// vectors and a value, and their weights by four registers.
Reduction writeRow(unsigned pixels) {
  Reduction reduction;
  reduction.sums = 2 * pixels;
  reduction.loads.assign(3 * pixels, 1);
  reduction.loads.resize(3 * pixels + 5, 4);
  for (unsigned tap = 0; tap < 9; ++tap)
    for (unsigned sum = 0; sum < reduction.sums; ++sum) {
      auto index = static_cast<unsigned>(reduction.fmas.size());
      reduction.fmas.push_back({tap > 0 ? std::optional(index - reduction.sums) : std::nullopt,
                                {tap / 4 * pixels + sum / 2, 3 * pixels + tap / 2}});
    }
  return reduction;
}

constexpr Pace kWide{.registers = 32, .fmaLatency = 10, .loadsAhead = 8};
constexpr Pace kOrdered{.registers = 32, .fmaLatency = 10, .loadsAhead = 8, .batchesLoads = true};
constexpr Pace kPaired{.registers = 32, .fmaLatency = 4, .issueGroup = 2, .loadsAhead = 7};

/// Fma between each load and the first use of what it brings.
std::vector<unsigned> measureDistances(const Reduction &reduction, const std::vector<LoopStep> &steps) {
  std::vector<unsigned> distances;
  for (size_t load = 0; load < steps.size(); ++load) {
    if (!steps[load].isLoad)
      continue;
    unsigned distance = 0;
    for (size_t place = load + 1;; ++place) {
      const LoopStep &step = steps[place % steps.size()];
      if (step.isLoad)
        continue;
      if (llvm::is_contained(reduction.fmas[step.index].loads, steps[load].index) &&
          (place >= steps.size()) == steps[load].isForNextTurn)
        break;
      ++distance;
    }
    distances.push_back(distance);
  }
  return distances;
}

} // namespace

TEST(LoopOrder, EachStepIsThereOnce) {
  Reduction reduction = writeTile(8, 4);
  std::vector<bool> isSeen(reduction.fmas.size() + reduction.loads.size());
  for (const LoopStep &step : orderTurn(reduction, kWide)) {
    size_t number = step.isLoad ? reduction.fmas.size() + step.index : step.index;
    EXPECT_FALSE(isSeen[number]);
    isSeen[number] = true;
  }
  EXPECT_FALSE(llvm::is_contained(isSeen, false));
}

TEST(LoopOrder, FmaOfASumKeepTheirOrder) {
  Reduction reduction = writeTile(8, 1);
  std::vector<bool> isDone(reduction.fmas.size());
  for (const LoopStep &step : orderTurn(reduction, kPaired))
    if (!step.isLoad) {
      std::optional<unsigned> previous = reduction.fmas[step.index].previous;
      EXPECT_TRUE(!previous || isDone[*previous]);
      isDone[step.index] = true;
    }
}

TEST(LoopOrder, LoadsStandAhead) {
  Reduction reduction = writeTile(8, 4);
  for (unsigned distance : measureDistances(reduction, orderTurn(reduction, kWide)))
    EXPECT_GE(distance, 8u);
}

TEST(LoopOrder, BetweenLoadsIsAnOddNumberOfFmaWhereTheyStartInPairs) {
  unsigned fma = 0, loads = 0, odd = 0;
  for (const LoopStep &step : orderTurn(writeTile(8, 1), kPaired)) {
    fma += !step.isLoad;
    if (!step.isLoad)
      continue;
    ++loads;
    odd += fma % 2;
    fma = 0;
  }
  // Not where a register is not free yet, nor in front of the first.
  EXPECT_GE(odd + 3, loads);
}

TEST(LoopOrder, LoadsStandSideBySideWhereTheyWaitForFma) {
  auto countRuns = [](bool batchesLoads) {
    Pace pace = kWide;
    pace.batchesLoads = batchesLoads;
    unsigned runs = 0;
    bool wasLoad = false;
    for (const LoopStep &step : orderTurn(writeTile(8, 1), pace)) {
      runs += step.isLoad && !wasLoad;
      wasLoad = step.isLoad;
    }
    return runs;
  };
  EXPECT_LT(countRuns(true), countRuns(false));
}

TEST(LoopOrder, TheFirstFmaComeInTheOrderOfTheProgram) {
  Reduction row = writeRow(8);
  std::vector<unsigned> fmas;
  for (const LoopStep &step : orderTurn(row, kOrdered, FmaChoice::First))
    if (!step.isLoad)
      fmas.push_back(step.index);
  EXPECT_TRUE(llvm::is_sorted(fmas));
  EXPECT_EQ(fmas.size(), row.fmas.size());
}

/// Runs two turns: what the second one finds is what the first one left.
static void expectKept(const Reduction &reduction, const RegisterChoice &choice) {
  std::map<unsigned, unsigned> holds;
  for (int turn = 0; turn < 2; ++turn)
    for (const LoopStep &step : choice.steps) {
      if (step.isLoad && reduction.loads[step.index] > 1) {
        EXPECT_GE(choice.first[step.index], reduction.sums);
        holds[choice.first[step.index]] = step.index;
      } else if (!step.isLoad && turn == 1) {
        for (unsigned load : reduction.fmas[step.index].loads)
          if (reduction.loads[load] > 1)
            EXPECT_EQ(holds[choice.first[load]], load);
      }
    }
}

TEST(LoopRegisters, NoLoadOverwritesWhatIsUsed) {
  Reduction reduction = writeTile(8, 4);
  std::vector<LoopStep> steps = orderTurn(reduction, kWide);
  std::vector<RegisterChoice> choices = chooseLoadRegisters(reduction, steps, 32);
  ASSERT_EQ(choices.size(), 1u);
  EXPECT_EQ(choices.front().steps, steps);
  expectKept(reduction, choices.front());
}

TEST(LoopRegisters, OneLoadComesCloserToItsUseWhereTheTurnsMeet) {
  // Two loads have registers at a time, and five of them take turns: the last and the first would have the same.
  Reduction row = writeRow(8);
  std::vector<LoopStep> steps = orderTurn(row, kOrdered, FmaChoice::First);
  std::vector<RegisterChoice> choices = chooseLoadRegisters(row, steps, 32);
  EXPECT_GT(choices.size(), 1u);
  for (const RegisterChoice &choice : choices) {
    EXPECT_NE(choice.steps, steps);
    EXPECT_EQ(choice.steps.size(), steps.size());
    expectKept(row, choice);
  }
}

TEST(LoopRegisters, TooFewRegistersAreNoChoice) {
  Reduction reduction = writeTile(8, 4);
  EXPECT_TRUE(chooseLoadRegisters(reduction, orderTurn(reduction, kWide), 24).empty());
}

namespace {

/// Twenty sums with an fma each, and behind them a load of `registers` for the next turn.
double countTwenty(unsigned registers, const Pace &pace) {
  Reduction reduction;
  reduction.fmas.assign(20, {std::nullopt, {0}});
  reduction.loads = {registers};
  std::vector<LoopStep> steps;
  for (unsigned fma = 0; fma < 20; ++fma)
    steps.push_back({false, fma});
  steps.push_back({true, 0, /*isForNextTurn=*/true});
  return countCycles(reduction, steps, {0}, pace);
}

} // namespace

TEST(LoopCycles, ALoadWaitsForFmaWhereResultsAreWrittenInOrder) {
  // What llvm-mca says of twenty fmla of Cortex-A53 and an ld1 of their factors, and of Cortex-A55 and an ldr.
  EXPECT_EQ(countTwenty(4, kOrdered), 29);
  EXPECT_EQ(countTwenty(1, kPaired), 13);
}

TEST(LoopCycles, ArithmeticStandsWhereATurnTakesTheLeast) {
  Reduction reduction = writeTile(8, 4);
  std::vector<LoopStep> steps = orderTurn(reduction, kOrdered), first = steps;
  first.insert(first.begin(), {.isArithmetic = true});
  std::vector<unsigned> pointers{0, 1, 2, 3};
  std::vector<LoopStep> placed = placeArithmetic(reduction, steps, pointers, {}, kOrdered);
  EXPECT_EQ(placed.size(), first.size());
  EXPECT_EQ(llvm::count_if(placed, [](const LoopStep &step) { return step.isArithmetic; }), 1);
  EXPECT_LT(countCycles(reduction, placed, pointers, kOrdered), countCycles(reduction, first, pointers, kOrdered));
}

TEST(LoopCycles, ALoadIsSoonerWhereItsRegistersAreFree) {
  // Ten sums take factors of a load in the turn before, and ten those of one that stands in front of them.
  Reduction reduction;
  reduction.fmas.assign(10, {std::nullopt, {0}});
  reduction.fmas.insert(reduction.fmas.end(), 10, {std::nullopt, {1}});
  reduction.loads = {4, 4};
  std::vector<LoopStep> steps;
  for (unsigned fma = 0; fma < 20; ++fma) {
    if (fma == 10)
      steps.push_back({true, 1});
    steps.push_back({false, fma});
  }
  steps.push_back({true, 0, /*isForNextTurn=*/true});
  std::vector<unsigned> pointers{0, 1};
  auto place = [&](std::vector<unsigned> registers) {
    return placeArithmetic(reduction, steps, pointers, registers, kOrdered);
  };
  std::vector<LoopStep> placed = place({24, 28}), taken = place({28, 28});
  EXPECT_LT(countCycles(reduction, placed, pointers, kOrdered), countCycles(reduction, taken, pointers, kOrdered));
  auto find = [&](const LoopStep &step) { return llvm::find(taken, step) - taken.begin(); };
  EXPECT_GT(find({true, 1}), find({false, 9}));
}
