// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/ReductionReader.h"
#include "tests/unit/emit/ReductionLoop.h"
#include "tests/unit/emit/RunOnKernel.h"

using namespace llvm;
using namespace mncc;

namespace {

using Loads = std::vector<unsigned>;

/// Reads the one loop of a function: the registers that each load fills, or nothing where it is no reduction.
struct ReadLoop {
  Joining joining;
  std::optional<Loads> &loads;

  void run(Function &function, FunctionAnalysisManager &analyses) const {
    auto &loops = analyses.getResult<LoopAnalysis>(function);
    ReductionReader reader(**loops.begin(), analyses.getResult<ScalarEvolutionAnalysis>(function), joining);
    if (reader.run())
      loads = reader.reduction.loads;
  }
};

std::optional<Loads> readLoads(const std::string &text, const Joining &joining) {
  std::optional<Loads> loads;
  runOnKernel(text, ReadLoop{joining, loads}, [](const Function &) { return 0; });
  return loads;
}

constexpr Joining kTwoToFour{2, 4}, kFour{4, 4}, kOneByOne{1, 1};

} // namespace

TEST(ReductionReader, NeighboursAreJoined) {
  std::string neighbours = writeReduction({0, 16, 32, 48});
  EXPECT_EQ(readLoads(neighbours, kTwoToFour), Loads({4}));
  EXPECT_EQ(readLoads(neighbours, kFour), Loads({4}));
  EXPECT_EQ(readLoads(neighbours, kOneByOne), Loads({1, 1, 1, 1}));
  EXPECT_EQ(readLoads(writeReduction({0, 16, 64}), kTwoToFour), Loads({2, 1}));
}

TEST(ReductionReader, WhatFillsTooFewRegistersIsLoadedOneByOne) {
  std::string neighbours = writeReduction({0, 16, 32});
  EXPECT_EQ(readLoads(neighbours, kTwoToFour), Loads({3}));
  EXPECT_EQ(readLoads(neighbours, kFour), Loads({1, 1, 1}));
}

TEST(ReductionReader, AShortLoadTakesSomeOfTheOneInFrontOfIt) {
  std::string neighbours = writeReduction({0, 16, 32, 48, 64});
  EXPECT_EQ(readLoads(neighbours, kTwoToFour), Loads({4, 4}));
  EXPECT_EQ(readLoads(neighbours, kFour), Loads({4, 4}));
  EXPECT_EQ(readLoads(neighbours, kOneByOne), Loads({1, 1, 1, 1, 1}));
}

TEST(ReductionReader, ARepeatedLoadIsLoadedOnce) {
  EXPECT_EQ(readLoads(writeReduction({0, 64, 0}), kTwoToFour), Loads({1, 1}));
}

TEST(ReductionReader, ALoopThatStoresIsNoReduction) {
  EXPECT_EQ(readLoads(writeReduction({0}, "  store <4 x float> %v0, ptr %to\n"), kTwoToFour), std::nullopt);
}
