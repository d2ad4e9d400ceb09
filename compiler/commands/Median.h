// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_COMPILER_COMMANDS_MEDIAN_H
#define MNCC_COMPILER_COMMANDS_MEDIAN_H

#include <algorithm>
#include <vector>

namespace mncc {

/// The middle one of `values`, the upper of two; 0 of none.
inline double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_MEDIAN_H
