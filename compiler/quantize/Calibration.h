// SPDX-License-Identifier: Apache-2.0
// What the tensors of a network hold on a set of images, collected once and kept in a file.
#ifndef MNCC_COMPILER_QUANTIZE_CALIBRATION_H
#define MNCC_COMPILER_QUANTIZE_CALIBRATION_H

#include "compiler/import/Diagnostics.h"
#include "compiler/quantize/Histogram.h"

#include <map>
#include <string>

namespace mncc {

/// The values of one tensor over all images.
struct TensorStatistics {
  Histogram histogram;
  /// The sum and the largest magnitude of each channel's values, and how many values a channel has.
  std::vector<double> channelSums, channelMagnitudes;
  uint64_t valuesPerChannel = 0;
  /// Where they stand in a file, or nowhere.
  SourceLocation location = {};

  /// Takes in `values`, row-major with channels last; every call has the same number of channels.
  void add(llvm::ArrayRef<float> values, int64_t channels);
  /// The mean of each channel.
  std::vector<double> getMeans() const;
};

/// The statistics of a network's tensors.
struct Calibration {
  /// How many images they are from.
  int64_t images = 0;
  std::map<std::string, TensorStatistics, std::less<>> tensors;
};

/// The text of a calibration file.
std::string printCalibration(const Calibration &calibration);

/// Reads the calibration file at `path`. Reports located errors and fails where it is none.
llvm::FailureOr<Calibration> readCalibration(const std::string &path, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_CALIBRATION_H
