// SPDX-License-Identifier: Apache-2.0
// The compiler's own exponential against that of the C library in the widest type there is.
#include "passes/lower/Exponential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using mncc::lower::computeExp;

/// How far computeExp() is off at `value`, in units in the last place of double.
static double measureError(double value) {
  long double exact = std::exp(static_cast<long double>(value));
  auto nearest = static_cast<double>(exact);
  double unit = std::nextafter(nearest, INFINITY) - nearest;
  return static_cast<double>(std::fabs(static_cast<long double>(computeExp(value)) - exact) / unit);
}

TEST(Exponential, IsAtMostTwoUnitsOff) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i) {
    double share = static_cast<double>(random() >> 11) / static_cast<double>(uint64_t(1) << 53);
    for (double value : {-708 + share * (708 + 709), share * 2 - 1, std::ldexp(share, -40)})
      ASSERT_LE(measureError(value), 2) << value;
  }
}

TEST(Exponential, IsExactAtZeroAndEndsBelow) {
  EXPECT_EQ(computeExp(0), 1);
  EXPECT_EQ(computeExp(-708.5), 0);
  EXPECT_EQ(computeExp(-1e300), 0);
  EXPECT_GT(computeExp(-708), 0);
}
