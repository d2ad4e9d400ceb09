// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/SoftmaxTable.h"

#include "passes/lower/Exponential.h"
#include "passes/lower/FixedPoint.h"

#include <cmath>

using namespace mncc;

std::vector<int32_t> lower::makeSoftmaxTable(double scale) {
  constexpr int kIntegerBits = 5;
  double factor = std::min(std::ldexp(scale, 31 - kIntegerBits), static_cast<double>(INT32_MAX));
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  std::vector<int32_t> table(kSoftmaxEntries, 0);
  for (int64_t distance = 0; distance <= getFarthestDifference(kIntegerBits, multiplier.shift); ++distance)
    table[distance] = static_cast<int32_t>(expOfNegative(multiplyTwice(-distance, multiplier), kIntegerBits));
  return table;
}

std::vector<float> lower::makeFloatSoftmaxTable(double scale) {
  std::vector<float> table;
  for (int64_t distance = 0; distance < kSoftmaxEntries; ++distance)
    table.push_back(static_cast<float>(computeExp(static_cast<float>(-scale) * static_cast<float>(distance))));
  return table;
}
