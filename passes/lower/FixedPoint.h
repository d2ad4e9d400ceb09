// SPDX-License-Identifier: Apache-2.0
// Fixed point as TFLite's reference kernels use it at run time (gemmlowp, fixedpoint/fixedpoint.h), for tables that are
// made at compile time. A number with k integer bits is its word over 2^(31 - k).
#ifndef MNCC_PASSES_LOWER_FIXEDPOINT_H
#define MNCC_PASSES_LOWER_FIXEDPOINT_H

#include "dialects/mn/Quantization.h"

namespace mncc::lower {

/// The upper half of the doubled product of two words, of which one is not the least, rounded, halves upwards.
int64_t multiplyHigh(int64_t a, int64_t b);
/// value / 2^bits, halves away from zero; 0 bits leave it.
int64_t divideByPower(int64_t value, int bits);
/// value * multiplier as TFLite's MultiplyByQuantizedMultiplier has it: rounded to a word, and once more by the shift.
int64_t multiplyTwice(int64_t value, mn::QuantizedMultiplier multiplier);
/// exp(a) with no integer bits for a <= 0 with `integerBits`, 4 or 5.
int64_t expOfNegative(int64_t a, int integerBits);
/// 1 / (1 + x) for x in [0, 1), both with no integer bits.
int64_t invertOnePlus(int64_t x);
/// The farthest difference that a factor of `shift` leaves in a word with `integerBits`, at most 255.
int64_t getFarthestDifference(int integerBits, int shift);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_FIXEDPOINT_H
