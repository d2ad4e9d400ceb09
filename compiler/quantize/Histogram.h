// SPDX-License-Identifier: Apache-2.0
// How the values of a tensor are spread, counted while they arrive.
#ifndef MNCC_COMPILER_QUANTIZE_HISTOGRAM_H
#define MNCC_COMPILER_QUANTIZE_HISTOGRAM_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mncc {

/// Counts in bins of one width between `low` and `high`; where a value lies outside, the interval doubles and pairs of
/// bins become one.
class Histogram {
public:
  static constexpr size_t kBins = 2048;

  Histogram() = default;
  /// As counted before; `counts` has kBins entries, `low` < `high`, and `least` to `most` lie between them.
  Histogram(double low, double high, double least, double most, std::vector<uint64_t> counts)
      : low(low), high(high), least(least), most(most), counts(std::move(counts)) {}

  /// Counts `values`, which are finite.
  void add(llvm::ArrayRef<float> values);

  bool isEmpty() const { return counts.empty(); }
  /// The least and the largest value so far.
  double getLeast() const { return least; }
  double getMost() const { return most; }
  /// Where the first bin begins and the last one ends.
  double getLow() const { return low; }
  double getHigh() const { return high; }
  double getWidth() const { return (high - low) / kBins; }
  llvm::ArrayRef<uint64_t> getCounts() const { return counts; }
  /// The middle of bin `bin`.
  double getCenter(size_t bin) const { return low + (bin + 0.5) * getWidth(); }
  /// How many values were counted.
  uint64_t countValues() const;

private:
  void begin(double first, double last);
  void widenUp();
  void widenDown();

  double low = 0, high = 0, least = 0, most = 0;
  std::vector<uint64_t> counts;
};

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_HISTOGRAM_H
