// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/RangeMethods.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mncc;

/// The share of all values that Percentile leaves out at each end.
static constexpr double kTail = 0.00005;
/// How many ranges Mse and Entropy try for each end.
static constexpr int kSteps = 64;
/// The least share of an end that they try.
static constexpr int kFirstStep = 8;
static constexpr int kLevels = 256;

static ValueRange chooseMinMax(const Histogram &histogram) { return {histogram.getLeast(), histogram.getMost()}; }

static ValueRange choosePercentile(const Histogram &histogram) {
  double tail = histogram.countValues() * kTail;
  llvm::ArrayRef<uint64_t> counts = histogram.getCounts();
  size_t first = 0, last = Histogram::kBins - 1;
  for (double below = counts[first]; below <= tail && first < last; below += counts[first])
    ++first;
  for (double above = counts[last]; above <= tail && last > first; above += counts[last])
    --last;
  return {std::max(histogram.getLeast(), histogram.getLow() + first * histogram.getWidth()),
          std::min(histogram.getMost(), histogram.getLow() + (last + 1) * histogram.getWidth())};
}

/// The square error of all values when `range` has kLevels levels.
static double sumSquareErrors(const Histogram &histogram, ValueRange range) {
  double scale = (range.most - range.least) / (kLevels - 1), sum = 0;
  for (size_t bin = 0; bin < Histogram::kBins; ++bin) {
    if (histogram.getCounts()[bin] == 0)
      continue;
    double value = std::clamp(histogram.getCenter(bin), histogram.getLeast(), histogram.getMost());
    double level = std::round((std::clamp(value, range.least, range.most) - range.least) / scale);
    double error = range.least + level * scale - value;
    sum += histogram.getCounts()[bin] * error * error;
  }
  return sum;
}

/// Every integer stands for a number on either side of 0 or for 0.
static ValueRange includeZero(ValueRange range) { return {std::min(range.least, 0.0), std::max(range.most, 0.0)}; }

static ValueRange chooseMse(const Histogram &histogram) {
  ValueRange whole = includeZero(chooseMinMax(histogram)), best = whole;
  double leastError = std::numeric_limits<double>::infinity();
  for (int lower = whole.least < 0 ? kFirstStep : kSteps; lower <= kSteps; ++lower)
    for (int upper = whole.most > 0 ? kFirstStep : kSteps; upper <= kSteps; ++upper) {
      ValueRange range{whole.least * lower / kSteps, whole.most * upper / kSteps};
      double error = sumSquareErrors(histogram, range);
      if (error < leastError)
        leastError = error, best = range;
    }
  return best;
}

/// The counts, each spread over as many bins as a level has of those from `first` to `last`, which are all in use:
/// where values are few, or many are equal, neighbouring bins differ in what no level has to keep apart. `peaks` stay.
static std::vector<double> spreadOverLevels(const Histogram &histogram, size_t first, size_t last,
                                            llvm::ArrayRef<size_t> peaks) {
  size_t width = std::max<size_t>((last - first + 1 + kLevels / 2) / kLevels, 1);
  std::vector<double> spread(Histogram::kBins, 0);
  for (size_t bin = first; bin <= last; ++bin) {
    auto count = static_cast<double>(histogram.getCounts()[bin]);
    if (llvm::is_contained(peaks, bin))
      spread[bin] += count;
    else
      for (size_t step = 0; step < width; ++step)
        spread[std::clamp(bin + step, first + width / 2, last + width / 2) - width / 2] +=
            count / static_cast<double>(width);
  }
  return spread;
}

/// The divergence of the bins `first` to `end`, with what lies outside added to the outermost ones, from the same bins
/// after kLevels levels have taken their places. `peaks` keep their places: there is a level for each.
static double divergeFromLevels(llvm::ArrayRef<double> counts, size_t first, size_t end, llvm::ArrayRef<size_t> peaks) {
  constexpr double kNothing = 1e-9;
  std::vector<double> exact(counts.begin() + first, counts.begin() + end), rounded(end - first, 0);
  for (int level = 0; level < kLevels; ++level) {
    size_t from = level * exact.size() / kLevels, to = (level + 1) * exact.size() / kLevels;
    double sum = 0;
    size_t occupied = 0;
    auto isPeak = [&](size_t bin) { return llvm::is_contained(peaks, first + bin); };
    for (size_t bin = from; bin < to; ++bin)
      if (!isPeak(bin))
        sum += exact[bin], occupied += exact[bin] > 0;
    for (size_t bin = from; bin < to; ++bin)
      rounded[bin] = isPeak(bin) ? exact[bin] : exact[bin] > 0 ? sum / occupied : 0;
  }
  for (size_t bin = 0; bin < first; ++bin)
    exact.front() += counts[bin];
  for (size_t bin = end; bin < counts.size(); ++bin)
    exact.back() += counts[bin];
  double exactSum = 0, roundedSum = 0, divergence = 0;
  for (size_t bin = 0; bin < exact.size(); ++bin)
    exactSum += exact[bin], roundedSum += rounded[bin];
  for (size_t bin = 0; bin < exact.size(); ++bin)
    if (exact[bin] > 0)
      divergence += exact[bin] / exactSum *
                    std::log((exact[bin] / exactSum) / std::max(rounded[bin] / std::max(roundedSum, 1.0), kNothing));
  return divergence;
}

static ValueRange chooseEntropy(const Histogram &histogram) {
  ValueRange whole = includeZero(chooseMinMax(histogram)), best = whole;
  double leastDivergence = std::numeric_limits<double>::infinity();
  auto findBin = [&](double value) {
    double bin = (value - histogram.getLow()) / histogram.getWidth();
    return static_cast<size_t>(std::clamp<double>(bin, 0, Histogram::kBins));
  };
  size_t firstUsed = findBin(whole.least), lastUsed = std::min(findBin(whole.most), Histogram::kBins - 1);
  // A peak is a bin of values that a clamp makes equal: 0, of relu, and the ends, of relu6, hard-swish and bytes. What
  // lies above 0 alone begins at 0.
  size_t peaks[] = {findBin(0), lastUsed, whole.least < 0 ? firstUsed : lastUsed};
  std::vector<double> counts = spreadOverLevels(histogram, firstUsed, lastUsed, peaks);
  for (int step = kFirstStep; step <= kSteps; ++step) {
    ValueRange range{whole.least * step / kSteps, whole.most * step / kSteps};
    size_t first = findBin(range.least), end = std::min(findBin(range.most) + 1, Histogram::kBins);
    // Fewer bins than levels lose nothing, and say nothing.
    if (end < first + kLevels)
      continue;
    double divergence = divergeFromLevels(counts, first, end, peaks);
    if (divergence < leastDivergence)
      leastDivergence = divergence, best = range;
  }
  return best;
}

ValueRange mncc::chooseRange(const Histogram &histogram, RangeMethod method) {
  switch (method) {
  case RangeMethod::MinMax:
    return chooseMinMax(histogram);
  case RangeMethod::Percentile:
    return choosePercentile(histogram);
  case RangeMethod::Mse:
    return chooseMse(histogram);
  case RangeMethod::Entropy:
    return chooseEntropy(histogram);
  }
  return chooseMinMax(histogram);
}
