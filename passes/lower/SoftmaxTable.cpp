// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/SoftmaxTable.h"

#include <algorithm>
#include <cmath>
#include <iterator>

using namespace mncc;

/// Integer bits of a scaled distance, and the bits behind its point.
static constexpr int kIntegerBits = 5, kFractionBits = 31 - kIntegerBits;

/// The upper half of the doubled product of two numbers below 1, rounded, halves upwards.
static int64_t multiply(int64_t a, int64_t b) { return (a * b + (int64_t(1) << 30)) >> 31; }

/// value / 2^bits, halves away from zero.
static int64_t divideByPower(int64_t value, int bits) {
  int64_t half = int64_t(1) << (bits - 1);
  return value < 0 ? -((-value + half) >> bits) : (value + half) >> bits;
}

/// exp(a) for a in [-1/4, 0), by a Taylor series around -1/8.
static int64_t expOfQuarter(int64_t a) {
  constexpr int64_t kExpOfEighth = 1895147668, kThird = 715827883;
  int64_t x = a + (int64_t(1) << 28), square = multiply(x, x), cube = multiply(square, x);
  int64_t fourth = divideByPower(multiply(square, square), 2);
  int64_t rest = divideByPower(multiply(fourth + cube, kThird) + square, 1);
  return kExpOfEighth + multiply(kExpOfEighth, x + rest);
}

/// exp(a) for a <= 0 with kFractionBits: the last quarter by series, the rest as a product of powers of e.
static int64_t expOfNegative(int64_t a) {
  // e to the power of -1/4, -1/2, -1, -2, -4, -8, -16.
  constexpr int64_t kPowers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (a == 0)
    return INT32_MAX;
  int64_t quarter = int64_t(1) << (kFractionBits - 2);
  int64_t last = (a & (quarter - 1)) - quarter, remainder = last - a;
  int64_t result = expOfQuarter(last * (int64_t(1) << kIntegerBits));
  for (size_t index = 0; index < std::size(kPowers); ++index)
    if (remainder & (quarter << index))
      result = multiply(result, kPowers[index]);
  return result;
}

std::vector<int32_t> lower::makeSoftmaxTable(double scale) {
  double factor = std::min(scale * (int64_t(1) << kFractionBits), static_cast<double>(INT32_MAX));
  int shift = 0;
  auto multiplier = static_cast<int64_t>(std::round(std::frexp(factor, &shift) * (int64_t(1) << 31)));
  if (multiplier == int64_t(1) << 31)
    multiplier /= 2, ++shift;
  auto farthest = static_cast<int64_t>(
      std::floor(static_cast<double>((1 << kIntegerBits) - 1) * (int64_t(1) << kFractionBits) / (int64_t(1) << shift)));
  std::vector<int32_t> table(kSoftmaxEntries, 0);
  for (int64_t distance = 0; distance <= std::min<int64_t>(farthest, kSoftmaxEntries - 1); ++distance)
    table[distance] = static_cast<int32_t>(expOfNegative(multiply(-distance * (int64_t(1) << shift), multiplier)));
  return table;
}
