// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/Exponential.h"

#include <cmath>

double mncc::lower::computeExp(double value) {
  // ln 2 in two parts, so that the multiple taken off is exact.
  constexpr double kLn2High = 0x1.62e42feep-1, kLn2Low = 0x1.a39ef35793c76p-33, kInverse = 0x1.71547652b82fep+0;
  constexpr int kTerms = 16;
  if (value < -708)
    return 0;
  double power = std::nearbyint(value * kInverse), rest = (value - power * kLn2High) - power * kLn2Low, sum = 1;
  for (int term = kTerms; term > 0; --term)
    sum = 1 + sum * rest / term;
  return std::ldexp(sum, static_cast<int>(power));
}
