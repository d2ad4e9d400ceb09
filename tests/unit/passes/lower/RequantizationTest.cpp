// SPDX-License-Identifier: Apache-2.0
// Sums as words of 16 bits, as kernels of x86 multiply them, against the exact quotient.
#include "passes/lower/Requantization.h"

#include "dialects/mn/reference/Requantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mncc;
using namespace mncc::lower;

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
