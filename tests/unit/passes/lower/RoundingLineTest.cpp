// SPDX-License-Identifier: Apache-2.0
// Lines, as kernels of x86 take them, against the two roundings of TFLite and its single one: the sums about each
// change of the result, and random ones.
#include "passes/lower/RoundingLine.h"

#include "dialects/mn/reference/Requantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mncc;
using namespace mncc::lower;

/// The result of a kernel, in words of 32 bits as lanes hold them.
static int64_t takeLine(const RoundedProduct &product, RoundingLine line, int64_t sum) {
  auto shifted = static_cast<int32_t>((sum + line.offset) << product.headroom);
  auto high = static_cast<int32_t>((int64_t(shifted) * product.multiplier.value) >> 32);
  if (product.headroom > 0 && high < 0)
    high -= 1 << (product.headroom - 1);
  return std::clamp<int64_t>((high + line.addend) >> product.shift(), product.range.least, product.range.most);
}

static int64_t requantize(const RoundedProduct &product, double factor, int64_t sum) {
  auto rounding = product.twice ? reference::Rounding::Twice : reference::Rounding::Once;
  int64_t result = reference::requantize(rounding, sum, {factor, static_cast<float>(factor)}) + product.zeroPoint;
  return std::clamp(result, product.range.least, product.range.most);
}

/// Sums that the kernel's words hold with any offset.
static void expectSame(const RoundedProduct &product, double factor, RoundingLine line, std::mt19937_64 &random) {
  const int64_t kMostSum = (INT32_MAX >> product.headroom) - kMostLineOffset;
  auto expectAt = [&](int64_t sum) {
    sum = std::clamp(sum, -kMostSum, kMostSum);
    ASSERT_EQ(takeLine(product, line, sum), requantize(product, factor, sum))
        << sum << " * " << factor << " + " << product.zeroPoint << ", twice " << product.twice;
  };
  for (int64_t result = product.range.least - 2; result <= product.range.most + 2; ++result) {
    double sum = (double(result - product.zeroPoint) - 0.5) / factor;
    for (int64_t near = -3; near <= 3; ++near)
      expectAt(static_cast<int64_t>(std::clamp(std::floor(sum), -0x1p+30, 0x1p+30)) + near);
  }
  for (int index = 0; index < 100; ++index)
    expectAt(static_cast<int64_t>(random()) >> (33 + random() % 30));
}

static double makeFactor(std::mt19937_64 &random, int least, int most) {
  double fraction = 1 + double(random() >> 12) / double(uint64_t(1) << 52);
  // Those of powers of two, and next to them, have results on halves.
  constexpr double kNear[] = {1.0, 1.0 + 0x1p-30, 2.0 - 0x1p-30, 1.5};
  if (random() % 8 == 0)
    fraction = kNear[random() % std::size(kNear)];
  return std::ldexp(fraction, least + static_cast<int>(random() % (most - least + 1)));
}

/// The share of `count` random factors of 2^`least` to 2^`most` and zero points for which there is a line; each is
/// right.
static double expectLines(int count, int least, int most, bool twice, int headroom) {
  std::mt19937_64 random(headroom + least + 100);
  int found = 0;
  for (int index = 0; index < count && !testing::Test::HasFatalFailure(); ++index) {
    double factor = makeFactor(random, least, most);
    int64_t lowest = random() % 2 == 0 ? -128 : 0;
    // Addends of the largest shifts have no room for one.
    int64_t zero = least < -16 ? 0 : lowest + static_cast<int64_t>(random() % 256);
    // Without headroom halves of negative products are not told apart.
    mn::IntegerRange range{twice && headroom == 0 ? std::max(zero, lowest) : lowest, lowest + 255};
    RoundedProduct product{twice, mn::quantizeMultiplier(factor), zero, range, headroom};
    std::optional<RoundingLine> line = findRoundingLine(product);
    if (!line)
      continue;
    ++found;
    EXPECT_LE(std::abs(line->offset), kMostLineOffset);
    expectSame(product, factor, *line, random);
  }
  return double(found) / count;
}

TEST(RoundingLine, ResultsThatAreKeptAboveTheZeroPoint) { EXPECT_GE(expectLines(2000, -14, -2, true, 0), 0.999); }

TEST(RoundingLine, OneRounding) { EXPECT_GE(expectLines(2000, -14, -2, false, 0), 0.999); }

TEST(RoundingLine, ResultsOnBothSidesOfTheZeroPoint) {
  EXPECT_GE(expectLines(2000, -14, -9, true, 6), 0.999);
  EXPECT_GE(expectLines(2000, -14, -9, true, 4), 0.999);
}

// Each sum is a step of its own where factors are large, and offsets have less room between those of 0 and of 1.
TEST(RoundingLine, LargeFactors) { EXPECT_GE(expectLines(2000, -8, -2, true, 6), 0.5); }

TEST(RoundingLine, ShiftsBeyondAllSums) {
  EXPECT_GE(expectLines(200, -31, -15, true, 0), 0.95);
  EXPECT_GE(expectLines(200, -25, -15, true, 6), 0.95);
  RoundedProduct none{true, {0, -2}, 5, {0, 255}, 0};
  EXPECT_EQ(takeLine(none, *findRoundingLine(none), 1000000), 5);
}
