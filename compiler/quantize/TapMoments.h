// SPDX-License-Identifier: Apache-2.0
// How the values that meet a layer's weights vary together.
#ifndef MNCC_COMPILER_QUANTIZE_TAPMOMENTS_H
#define MNCC_COMPILER_QUANTIZE_TAPMOMENTS_H

#include "dialects/mn/Mn.h"

#include <vector>

namespace mncc {

/// Means and products of the taps of one layer with weights, over all pixels of all inputs that it is given. A
/// depthwise layer has a group of taps for each channel, every other layer one group.
class TapMoments {
public:
  explicit TapMoments(mn::WeightedOpInterface layer);

  /// Takes in `input`, dense NHWC, of one picture; of its pixels those that are multiples of `stride`.
  void add(llvm::ArrayRef<float> input, int64_t stride);

  int64_t countGroups() const { return groups; }
  /// Taps of a group: rows, then columns, then channels of the filter.
  int64_t countTaps() const { return taps; }
  /// Pixels of the layer's result in one picture.
  int64_t countPixels() const { return pixels; }
  /// Pixels taken in so far.
  int64_t countSamples() const { return samples; }
  /// The mean product of each pair of taps of `group`, taps x taps, of their deviations from their means where
  /// `centred`.
  std::vector<double> getProducts(int64_t group, bool centred) const;

private:
  /// A place in the filter's rows and columns, seen from the one pixel that is read.
  struct Place {
    int64_t row, column;
  };

  void gather(llvm::ArrayRef<float> input, int64_t pixel);
  void addProducts();

  int64_t height, width, channels, outputWidth, groups, taps, pixels, samples = 0;
  std::array<int64_t, 2> strides = {1, 1}, before = {0, 0};
  /// The window's places, and what is added to each of them.
  std::vector<Place> places;
  /// One pixel's taps, a group after the other.
  std::vector<float> row;
  /// Of one picture, in floats that machines add many of at once; then of all.
  std::vector<float> pictureProducts;
  std::vector<double> sums, products;
};

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_TAPMOMENTS_H
