// SPDX-License-Identifier: Apache-2.0
// Two roundings of a product as one floor of a line in 32 bits, found for each output channel when it is compiled.
#ifndef MNCC_PASSES_LOWER_ROUNDINGLINE_H
#define MNCC_PASSES_LOWER_ROUNDINGLINE_H

#include "dialects/mn/Quantization.h"

#include <optional>

namespace mncc::lower {

/// What a line has to give for every sum: the sum times `multiplier`, rounded as TFLite does once or `twice`, and
/// `zeroPoint`, kept within `range`.
struct RoundedProduct {
  bool twice;
  /// Its shift is from -kMostLineShift to -1.
  mn::QuantizedMultiplier multiplier;
  /// 0 where shift() leaves less than nine bits and a sign above it.
  int64_t zeroPoint;
  mn::IntegerRange range;
  /// Bits by which the kernel shifts sums to the left: at least 1 where products rounded twice may be negative and
  /// tell, whose halves go down; else 0.
  int headroom;

  /// The shift to the right that ends the line.
  int shift() const { return headroom - 1 - multiplier.shift; }
};
inline constexpr int kMostLineShift = 31;

/// A line. The kernel adds `offset` to a sum and shifts it to the left by `headroom`; of its product with the
/// multiplier it takes the upper half, adds `addend`, and shifts that to the right by RoundedProduct::shift(). Where
/// there is headroom, half of 2^headroom is taken off upper halves that are negative.
struct RoundingLine {
  int32_t offset, addend;
};
/// At most this far from 0 lies an offset.
inline constexpr int64_t kMostLineOffset = int64_t(1) << 20;

/// The line for `product`, with the offset nearest to 0, if there is one that gives the same for all sums that 32 bits
/// hold after offset and shift to the left.
std::optional<RoundingLine> findRoundingLine(const RoundedProduct &product);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_ROUNDINGLINE_H
