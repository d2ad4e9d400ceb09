// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/FixedPoint.h"

#include <algorithm>
#include <cmath>
#include <iterator>

using namespace mncc;

static int64_t saturate(int64_t value) { return std::clamp<int64_t>(value, INT32_MIN, INT32_MAX); }

int64_t lower::multiplyHigh(int64_t a, int64_t b) { return (a * b + (int64_t(1) << 30)) >> 31; }

int64_t lower::divideByPower(int64_t value, int bits) {
  int64_t half = bits > 0 ? int64_t(1) << (bits - 1) : 0;
  return value < 0 ? -((-value + half) >> bits) : (value + half) >> bits;
}

int64_t lower::multiplyTwice(int64_t value, mn::QuantizedMultiplier multiplier) {
  int left = std::max(multiplier.shift, 0), right = std::max(-multiplier.shift, 0);
  return divideByPower(multiplyHigh(saturate(value * (int64_t(1) << left)), multiplier.value), right);
}

/// exp(a) for a in [-1/4, 0), by a Taylor series around -1/8.
static int64_t expOfQuarter(int64_t a) {
  constexpr int64_t kExpOfEighth = 1895147668, kThird = 715827883;
  using namespace mncc::lower;
  int64_t x = a + (int64_t(1) << 28), square = multiplyHigh(x, x), cube = multiplyHigh(square, x);
  int64_t fourth = divideByPower(multiplyHigh(square, square), 2);
  int64_t rest = divideByPower(multiplyHigh(fourth + cube, kThird) + square, 1);
  return kExpOfEighth + multiplyHigh(kExpOfEighth, x + rest);
}

int64_t lower::expOfNegative(int64_t a, int integerBits) {
  // e to the power of -1/4, -1/2, -1, -2, -4, -8, -16.
  constexpr int64_t kPowers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (a == 0)
    return INT32_MAX;
  int64_t quarter = int64_t(1) << (31 - integerBits - 2);
  int64_t last = (a & (quarter - 1)) - quarter, remainder = last - a;
  int64_t result = expOfQuarter(last * (int64_t(1) << integerBits));
  for (size_t index = 0; index < std::size(kPowers) && static_cast<int>(index) < integerBits + 2; ++index)
    if (remainder & (quarter << index))
      result = multiplyHigh(result, kPowers[index]);
  return result;
}

int64_t lower::invertOnePlus(int64_t x) {
  constexpr int64_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540, kOne = int64_t(1) << 29;
  int64_t half = (x + INT32_MAX + 1) >> 1, result = k48Over17 + multiplyHigh(half, kMinus32Over17);
  for (int step = 0; step < 3; ++step)
    result += saturate(multiplyHigh(result, kOne - multiplyHigh(half, result)) * 4);
  return saturate(result * 2);
}

int64_t lower::getFarthestDifference(int integerBits, int shift) {
  double farthest = std::ldexp(static_cast<double>((1 << integerBits) - 1), 31 - integerBits - shift);
  return static_cast<int64_t>(std::min(std::floor(farthest), 255.0));
}
