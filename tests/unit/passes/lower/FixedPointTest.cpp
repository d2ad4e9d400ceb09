// SPDX-License-Identifier: Apache-2.0
// Fixed point of the tables against the reference evaluator's, bit by bit: random words and the ends of each range.
#include "passes/lower/FixedPoint.h"

#include "dialects/mn/reference/FixedPoint.h"

#include <gtest/gtest.h>

#include <random>

using namespace mncc;

static constexpr int kTries = 200000;

/// A word of any size, as often small as large, or an end.
static int64_t pickWord(std::mt19937_64 &random) {
  if (random() % 64 == 0)
    return random() % 2 ? INT32_MAX : INT32_MIN;
  return static_cast<int32_t>(random()) >> (random() % 32);
}

TEST(FixedPoint, ProductsAndQuotients) {
  std::mt19937_64 random(1);
  for (int i = 0; i < kTries; ++i) {
    int64_t a = pickWord(random), b = std::max<int64_t>(pickWord(random), -INT32_MAX);
    ASSERT_EQ(lower::multiplyHigh(a, b), reference::multiplyHigh(a, b)) << a << " * " << b;
    int bits = static_cast<int>(random() % 31);
    ASSERT_EQ(lower::divideByPower(a, bits), reference::divideByPowerOfTwo(a, bits)) << a << " / 2^" << bits;
  }
}

TEST(FixedPoint, FactorsBelowAndAboveOne) {
  std::mt19937_64 random(2);
  for (int i = 0; i < kTries; ++i) {
    int64_t value = pickWord(random), half = int64_t(1) << 30;
    mn::QuantizedMultiplier factor{static_cast<int32_t>(half + static_cast<int64_t>(random() % half)),
                                   static_cast<int>(random() % 40) - 31};
    ASSERT_EQ(lower::multiplyTwice(value, factor), reference::multiplyRoundingTwice(value, factor))
        << value << " * " << factor.value << " * 2^" << factor.shift;
  }
}

TEST(FixedPoint, Curves) {
  std::mt19937_64 random(3);
  for (int i = 0; i < kTries; ++i) {
    int64_t word = pickWord(random), below = std::min(word, -word), above = std::min<int64_t>(-below, INT32_MAX);
    for (int bits : {4, 5})
      ASSERT_EQ(lower::expOfNegative(below, bits), reference::expOfNegative(below, bits)) << below << ", " << bits;
    ASSERT_EQ(lower::invertOnePlus(above), reference::reciprocalOfOnePlus(above)) << above;
  }
}

TEST(FixedPoint, FarthestDifferences) {
  for (int bits : {4, 5})
    for (int shift = -31; shift <= 31; ++shift)
      ASSERT_EQ(lower::getFarthestDifference(bits, shift), reference::getInputRadius(bits, shift))
          << bits << ", " << shift;
}
