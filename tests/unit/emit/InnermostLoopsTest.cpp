// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/InnermostLoops.h"

#include <gtest/gtest.h>

using namespace mncc;
using Loops = std::vector<std::vector<size_t>>;

/// The places of each innermost loop.
static Loops findBodies(const Loops &successors) {
  Loops bodies;
  for (const InnermostLoop &loop : findInnermostLoops(successors))
    bodies.push_back(loop.body);
  return bodies;
}

TEST(InnermostLoops, StraightCodeHasNone) {
  EXPECT_EQ(findBodies({{1}, {2}, {}}), Loops{});
  EXPECT_EQ(findBodies({}), Loops{});
}

TEST(InnermostLoops, TheOuterLoopIsLeftOut) {
  // 1 { 2 { 3 } 4 }
  EXPECT_EQ(findBodies({{1}, {2}, {3}, {2, 4}, {1, 5}, {}}), (Loops{{2, 3}}));
  EXPECT_EQ(findBodies({{1}, {1, 2}, {}}), (Loops{{1}})) << "a loop of one place";
}

TEST(InnermostLoops, TheOuterLatchMayStandBeforeTheInnerLoop) {
  // The middle loop's test at 3 goes back to 1, the end of the outer loop; no
  // other loop stands between 1 and 3.
  EXPECT_EQ(findBodies({{2}, {2, 6}, {4}, {1, 4}, {5}, {5, 3}, {}}), (Loops{{5}}));
}

TEST(InnermostLoops, TwoWaysBackAreOneLoop) {
  EXPECT_EQ(findBodies({{1}, {2, 3}, {1}, {1, 4}, {}}), (Loops{{1, 2, 3}}));
}

TEST(InnermostLoops, ATurnBeginsAtTheHeader) {
  // Entered at 2, which goes on to 1 and back.
  std::vector<InnermostLoop> loops = findInnermostLoops({{2}, {2}, {1, 3}, {}});
  ASSERT_EQ(loops.size(), 1u);
  EXPECT_EQ(loops.front().header, 2u);
  EXPECT_EQ(loops.front().body, (std::vector<size_t>{1, 2}));
}
