// SPDX-License-Identifier: Apache-2.0
// Numbers as 32-bit integers, as TFLite's reference kernels compute with them: the formulas of gemmlowp's
// fixedpoint/fixedpoint.h. A number "with k integer bits" is the integer over 2^(31 - k).
#ifndef MNCC_DIALECTS_MN_REFERENCE_FIXEDPOINT_H
#define MNCC_DIALECTS_MN_REFERENCE_FIXEDPOINT_H

#include "dialects/mn/Quantization.h"

namespace mncc::reference {

/// a * b / 2^31, halves up (SaturatingRoundingDoublingHighMul).
int64_t multiplyHigh(int64_t a, int64_t b);
/// x / 2^exponent, halves away from zero (RoundingDivideByPOT).
int64_t divideByPowerOfTwo(int64_t x, int exponent);

/// x * factor of |x| up to 2^31, rounded to 31 bits and once more by the shift (MultiplyByQuantizedMultiplier of
/// tensorflow/lite/kernels/internal/common.cc). What a factor above 1 would push out of 32 bits stays at their limit.
int64_t multiplyRoundingTwice(int64_t x, mn::QuantizedMultiplier factor);
/// x * factor, rounded once, halves up (the same function under TFLITE_SINGLE_ROUNDING).
int64_t multiplyRoundingOnce(int64_t x, mn::QuantizedMultiplier factor);

/// exp(x) with no integer bits of x <= 0 with `integerBits` of them, 4 or 5 (exp_on_negative_values).
int64_t expOfNegative(int64_t x, int integerBits);
/// 1 / (1 + x) of x in [0, 1), both with no integer bits (one_over_one_plus_x_for_x_in_0_1).
int64_t reciprocalOfOnePlus(int64_t x);
/// 1 / (1 + exp(-x)) with no integer bits of x with `integerBits` of them (logistic).
int64_t logistic(int64_t x, int integerBits);

/// The largest integer that stays below 2^31 times a factor of `shift` and keeps to `integerBits`; at most 255, which
/// no difference of two bytes exceeds (CalculateInputRadius of tensorflow/lite/kernels/internal/quantization_util.cc).
int64_t getInputRadius(int integerBits, int shift);

} // namespace mncc::reference

#endif // MNCC_DIALECTS_MN_REFERENCE_FIXEDPOINT_H
