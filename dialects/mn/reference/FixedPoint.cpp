// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/FixedPoint.h"

#include <algorithm>
#include <cmath>

namespace mncc::reference {

static constexpr int64_t kLeast = INT32_MIN, kMost = INT32_MAX;

/// The number nearest to 1 with no integer bits.
static constexpr int64_t kOne = kMost;

int64_t multiplyHigh(int64_t a, int64_t b) {
  if (a == kLeast && b == kLeast)
    return kMost;
  return (a * b + (int64_t(1) << 30)) >> 31;
}

int64_t divideByPowerOfTwo(int64_t x, int exponent) {
  if (exponent == 0)
    return x;
  int64_t half = int64_t(1) << (exponent - 1);
  return x >= 0 ? (x + half) >> exponent : -((-x + half) >> exponent);
}

/// x * 2^exponent within 32 bits (SaturatingRoundingMultiplyByPOT).
static int64_t multiplyByPowerOfTwo(int64_t x, int exponent) {
  return std::clamp(x * (int64_t(1) << exponent), kLeast, kMost);
}

int64_t multiplyRoundingTwice(int64_t x, mn::QuantizedMultiplier factor) {
  int left = std::max(factor.shift, 0), right = std::max(-factor.shift, 0);
  return divideByPowerOfTwo(multiplyHigh(multiplyByPowerOfTwo(x, left), factor.value), right);
}

int64_t multiplyRoundingOnce(int64_t x, mn::QuantizedMultiplier factor) {
  int shift = 31 - factor.shift;
  return (x * factor.value + (int64_t(1) << (shift - 1))) >> shift;
}

/// exp(x) of x in [-1/4, 0): the Taylor polynomial of degree 4 about -1/8.
static int64_t expOfQuarter(int64_t x) {
  constexpr int64_t expOfMinusEighth = 1895147668, third = 715827883;
  int64_t y = x + (int64_t(1) << 28), y2 = multiplyHigh(y, y), y3 = multiplyHigh(y2, y), y4 = multiplyHigh(y2, y2);
  int64_t rest = divideByPowerOfTwo(multiplyHigh(divideByPowerOfTwo(y4, 2) + y3, third) + y2, 1);
  return expOfMinusEighth + multiplyHigh(expOfMinusEighth, y + rest);
}

int64_t expOfNegative(int64_t x, int integerBits) {
  if (x == 0)
    return kOne;
  int fraction = 31 - integerBits;
  int64_t quarter = int64_t(1) << (fraction - 2), remainder = (x & (quarter - 1)) - quarter;
  int64_t result = expOfQuarter(multiplyByPowerOfTwo(remainder, integerBits)), whole = remainder - x;
  // exp(-2^k) for k = -2, -1, …
  constexpr int64_t powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  for (int k = -2; k < integerBits; ++k)
    if (whole & (int64_t(1) << (fraction + k)))
      result = multiplyHigh(result, powers[k + 2]);
  return result;
}

int64_t reciprocalOfOnePlus(int64_t x) {
  int64_t halfDenominator = (x + kOne + 1) / 2;
  // Newton and Raphson's division begins at 48/17 - 32/17 * halfDenominator; numbers with two integer bits.
  constexpr int64_t one = int64_t(1) << 29, first = 1515870810, second = -1010580540;
  int64_t guess = first + multiplyHigh(halfDenominator, second);
  for (int step = 0; step < 3; ++step)
    guess += multiplyByPowerOfTwo(multiplyHigh(guess, one - multiplyHigh(halfDenominator, guess)), 2);
  return multiplyByPowerOfTwo(guess, 1);
}

int64_t logistic(int64_t x, int integerBits) {
  if (x == 0)
    return int64_t(1) << 30;
  int64_t positive = reciprocalOfOnePlus(expOfNegative(-std::abs(x), integerBits));
  return x > 0 ? positive : kOne - positive;
}

int64_t getInputRadius(int integerBits, int shift) {
  double largest = std::ldexp(double((1 << integerBits) - 1), 31 - integerBits - shift);
  return static_cast<int64_t>(std::min(std::floor(largest), 255.0));
}

} // namespace mncc::reference
