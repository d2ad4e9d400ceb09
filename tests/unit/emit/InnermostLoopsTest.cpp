// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/InnermostLoops.h"

#include <gtest/gtest.h>

using namespace mncc;
using Loops = std::vector<std::vector<size_t>>;

TEST(InnermostLoops, StraightCodeHasNone) {
  EXPECT_EQ(findInnermostLoops({{1}, {2}, {}}), Loops{});
  EXPECT_EQ(findInnermostLoops({}), Loops{});
}

TEST(InnermostLoops, TheOuterLoopIsLeftOut) {
  // 1 { 2 { 3 } 4 }
  EXPECT_EQ(findInnermostLoops({{1}, {2}, {3}, {2, 4}, {1, 5}, {}}), (Loops{{2, 3}}));
  EXPECT_EQ(findInnermostLoops({{1}, {1, 2}, {}}), (Loops{{1}})) << "a loop of one place";
}

TEST(InnermostLoops, TheOuterLatchMayStandBeforeTheInnerLoop) {
  // The middle loop's test at 3 goes back to 1, the end of the outer loop; no
  // other loop stands between 1 and 3.
  EXPECT_EQ(findInnermostLoops({{2}, {2, 6}, {4}, {1, 4}, {5}, {5, 3}, {}}), (Loops{{5}}));
}

TEST(InnermostLoops, TwoWaysBackAreOneLoop) {
  EXPECT_EQ(findInnermostLoops({{1}, {2, 3}, {1}, {1, 4}, {}}), (Loops{{1, 2, 3}}));
}
