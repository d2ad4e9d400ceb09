// SPDX-License-Identifier: Apache-2.0
// Which part of a tensor's values its 256 integers are to cover.
#ifndef MNCC_COMPILER_QUANTIZE_RANGEMETHODS_H
#define MNCC_COMPILER_QUANTIZE_RANGEMETHODS_H

#include "compiler/quantize/Histogram.h"

namespace mncc {

/// How a range is chosen; see chooseRange().
enum class RangeMethod { MinMax, Mse, Entropy, Percentile };

/// Real numbers from `least` to `most`.
struct ValueRange {
  double least, most;
};

/// The range of `histogram`, which is not empty, by `method`:
/// - MinMax: all values.
/// - Percentile: all but the 0.005 % at each end.
/// - Mse: the range whose 256 levels, with what lies outside brought to its ends, have the least mean square error.
/// - Entropy: the range whose 256 levels lose the least information (the Kullback-Leibler divergence that TensorRT
///   minimises, of counts spread over the width of a level); both ends shrink by one factor.
ValueRange chooseRange(const Histogram &histogram, RangeMethod method);

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_RANGEMETHODS_H
