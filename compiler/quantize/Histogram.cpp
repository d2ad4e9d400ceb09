// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/Histogram.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mncc;

void Histogram::begin(double first, double last) {
  counts.assign(kBins, 0);
  least = low = first;
  most = high = last;
  // An interval of one value still has bins.
  if (!(high > low))
    high = low + std::max(std::abs(low), 1.0) / 1024;
}

void Histogram::widenUp() {
  for (size_t bin = 0; bin < kBins / 2; ++bin)
    counts[bin] = counts[2 * bin] + counts[2 * bin + 1];
  std::fill(counts.begin() + kBins / 2, counts.end(), 0);
  high += high - low;
}

void Histogram::widenDown() {
  for (size_t bin = kBins; bin-- > kBins / 2;)
    counts[bin] = counts[2 * bin - kBins] + counts[2 * bin - kBins + 1];
  std::fill(counts.begin(), counts.begin() + kBins / 2, 0);
  low -= high - low;
}

void Histogram::add(llvm::ArrayRef<float> values) {
  if (values.empty())
    return;
  auto [first, last] = std::minmax_element(values.begin(), values.end());
  if (isEmpty())
    begin(*first, *last);
  least = std::min<double>(least, *first);
  most = std::max<double>(most, *last);
  while (most > high)
    widenUp();
  while (least < low)
    widenDown();
  double binsPerUnit = kBins / (high - low);
  for (float value : values)
    ++counts[std::min(static_cast<size_t>((value - low) * binsPerUnit), kBins - 1)];
}

uint64_t Histogram::countValues() const { return std::accumulate(counts.begin(), counts.end(), uint64_t(0)); }
