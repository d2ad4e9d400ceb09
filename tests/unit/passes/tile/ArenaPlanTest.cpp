// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/ArenaPlan.h"

#include <gtest/gtest.h>
#include <random>

using namespace mncc::tile;

namespace {

/// True where no two buffers that are alive together overlap and all lie below `total`.
bool isSound(const std::vector<ArenaBuffer> &buffers, int64_t total) {
  for (size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i].offset < 0 || buffers[i].offset + buffers[i].bytes > total)
      return false;
    for (size_t j = 0; j < i; ++j)
      if (buffers[i].first <= buffers[j].last && buffers[j].first <= buffers[i].last &&
          buffers[i].offset < buffers[j].offset + buffers[j].bytes &&
          buffers[j].offset < buffers[i].offset + buffers[i].bytes)
        return false;
  }
  return true;
}

} // namespace

TEST(ArenaPlanTest, AnEmptyPlanNeedsNothing) {
  std::vector<ArenaBuffer> none;
  EXPECT_EQ(planOffsets(none), 0);
}

TEST(ArenaPlanTest, AChainNeedsItsLargestNeighbours) {
  std::vector<ArenaBuffer> chain = {{128, 0, 1}, {640, 1, 2}, {256, 2, 3}, {64, 3, 4}};
  EXPECT_EQ(planOffsets(chain), 640 + 256);
  EXPECT_TRUE(isSound(chain, 640 + 256));
}

TEST(ArenaPlanTest, TheSearchFindsWhatGreedyMisses) {
  // Largest first needs 640 bytes here.
  std::vector<ArenaBuffer> buffers = {{192, 0, 2}, {64, 3, 4}, {192, 1, 3}, {256, 3, 5}, {192, 2, 2}};
  int64_t total = planOffsets(buffers);
  EXPECT_TRUE(isSound(buffers, total));
  EXPECT_EQ(total, 576);
  EXPECT_EQ(boundOffsets(buffers), 576);
}

TEST(ArenaPlanTest, RandomPlansAreSoundAndNearTheBound) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<ArenaBuffer> buffers;
    for (unsigned count = 1 + random() % 24; buffers.size() < count;) {
      int64_t first = random() % 16, bytes = 64 * (1 + random() % 32);
      buffers.push_back({bytes, first, first + static_cast<int64_t>(random() % 6)});
    }
    int64_t total = planOffsets(buffers);
    EXPECT_TRUE(isSound(buffers, total));
    EXPECT_LE(total, boundOffsets(buffers) * 3 / 2);
    std::vector<ArenaBuffer> again = buffers;
    EXPECT_EQ(planOffsets(again), total);
    for (size_t i = 0; i < buffers.size(); ++i)
      EXPECT_EQ(again[i].offset, buffers[i].offset);
  }
}
