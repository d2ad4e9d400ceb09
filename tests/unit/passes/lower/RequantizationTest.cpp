// SPDX-License-Identifier: Apache-2.0
// Products with one addend, as kernels of x86 round them, against the two steps of TFLite: random sums and factors, and
// every multiple of a half near 0.
#include "passes/lower/Requantization.h"

#include "dialects/mn/reference/Requantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mncc;
using namespace mncc::lower;

/// RequantizationForm::Merged, in words of 32 bits as lanes hold them.
static int64_t requantizeMerged(Rounding rounding, int32_t sum, mn::QuantizedMultiplier multiplier, int64_t zeroPoint) {
  int64_t addend = getAddend(rounding, -multiplier.shift, zeroPoint);
  auto high = static_cast<int32_t>((int64_t(sum) * multiplier.value + addend) >> 32);
  return high >> (-multiplier.shift - 1);
}

/// RequantizationForm::MergedSigned.
static int64_t requantizeSigned(int32_t sum, mn::QuantizedMultiplier multiplier, int64_t zeroPoint) {
  uint32_t factor = 2 * static_cast<uint32_t>(multiplier.value);
  auto addend = static_cast<uint64_t>(2 * getAddend(Rounding::Double, -multiplier.shift, zeroPoint));
  auto high = static_cast<uint32_t>((uint64_t(static_cast<uint32_t>(sum)) * factor + addend) >> 32);
  return static_cast<int32_t>(sum < 0 ? high - (factor | 1) : high) >> -multiplier.shift;
}

static void expectEqual(int32_t sum, double factor, int64_t zeroPoint) {
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  auto single = static_cast<float>(factor);
  int64_t twice = reference::requantize(reference::Rounding::Twice, sum, {factor, single}) + zeroPoint;
  int64_t once = reference::requantize(reference::Rounding::Once, sum, {factor, single}) + zeroPoint;
  ASSERT_EQ(requantizeSigned(sum, multiplier, zeroPoint), twice) << sum << " * " << factor;
  ASSERT_EQ(requantizeMerged(Rounding::Single, sum, multiplier, zeroPoint), once) << sum << " * " << factor;
  // Merged is for results that are kept above the zero point.
  ASSERT_EQ(std::max(requantizeMerged(Rounding::Double, sum, multiplier, zeroPoint), zeroPoint),
            std::max(twice, zeroPoint))
      << sum << " * " << factor;
}

TEST(MergedRequantization, AMillionRandomSums) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000000; ++i) {
    auto sum = static_cast<int32_t>(static_cast<int32_t>(random()) >> (1 + random() % 31));
    double factor = std::ldexp(1 + double(random() >> 12) / double(uint64_t(1) << 52), -2 - int(random() % 16));
    expectEqual(sum, factor, int64_t(random() % 384) - 128);
  }
}

// Sums whose products lie on halves and next to them; powers of two are the least multipliers.
TEST(MergedRequantization, Halves) {
  for (int exponent = -17; exponent <= -2; ++exponent)
    for (double fraction : {1.0, 1.0 + std::ldexp(1, -30), 1.5, 2.0 - std::ldexp(1, -30)})
      for (int64_t halves = -600; halves <= 600; ++halves)
        for (int64_t near = -2; near <= 2; ++near)
          expectEqual(static_cast<int32_t>(std::floor(std::ldexp(double(halves) / 2 / fraction, -exponent))) +
                          static_cast<int32_t>(near),
                      std::ldexp(fraction, exponent), 3);
}

/// RequantizationForm::Words, of a sum that has half of what is shifted out already.
static int64_t requantizeWord(int64_t sum, mn::QuantizedMultiplier multiplier) {
  int64_t word = std::clamp<int64_t>(sum >> -multiplier.shift, INT16_MIN, INT16_MAX);
  return (word * multiplier.value + (1 << 14)) >> 15;
}

static void expectWithinUnit(int32_t sum, double factor) {
  constexpr int64_t kFarthest = 255; // the last integer from any zero point
  mn::QuantizedMultiplier multiplier = getWordMultiplier(factor);
  ASSERT_LE(multiplier.value, INT16_MAX);
  int64_t half = (int64_t(1) << -multiplier.shift) / 2;
  int64_t word = requantizeWord(sum + half, multiplier);
  int64_t exact = reference::requantize(reference::Rounding::Exact, sum, {factor, static_cast<float>(factor)});
  ASSERT_LE(std::abs(word), INT16_MAX - kFarthest) << sum << " * " << factor;
  ASSERT_LE(std::abs(std::clamp(word, -kFarthest, kFarthest) - std::clamp(exact, -kFarthest, kFarthest)), 1)
      << sum << " * " << factor;
}

TEST(WordRequantization, AMillionRandomSumsAreWithinAUnit) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000000; ++i) {
    double factor = std::ldexp(1 + double(random() >> 12) / double(uint64_t(1) << 52), -2 - int(random() % 34));
    // Two in three results are within the range of bytes, or close to its ends.
    double result = (double(random() >> 11) / double(uint64_t(1) << 53) - 0.5) * 1536;
    double sum = std::clamp(result / factor, -2147000000.0 / 2, 2147000000.0 / 2);
    expectWithinUnit(static_cast<int32_t>(sum), factor);
  }
}

TEST(WordRequantization, Extremes) {
  for (int exponent = -40; exponent <= -2; ++exponent)
    for (double fraction : {1.0, 1.0 + std::ldexp(1, -30), 1.5, 2.0 - std::ldexp(1, -30)})
      for (int64_t sum : {-2147483647 / 2, -65537, -32769, -32768, -1, 0, 1, 32767, 32768, 65536, 2147483647 / 2})
        expectWithinUnit(static_cast<int32_t>(sum), std::ldexp(fraction, exponent));
  expectWithinUnit(1, 0);
}
