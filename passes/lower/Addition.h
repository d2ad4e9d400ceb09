// SPDX-License-Identifier: Apache-2.0
// The numbers by which kernels add quantised tensors of different scales.
#ifndef MNCC_PASSES_LOWER_ADDITION_H
#define MNCC_PASSES_LOWER_ADDITION_H

#include "dialects/mn/Quantization.h"

#include <optional>

namespace mncc::lower {

/// TFLite's ADD: integers less their zero points, shifted to the left by kSpareBits, become fractions of twice the
/// larger scale, each rounded twice, and so does their sum at the scale of the result.
struct TwiceRoundedAddition {
  mn::QuantizedMultiplier left, right, result;
  static constexpr int kSpareBits = 20;
};
TwiceRoundedAddition getTwiceRoundedAddition(mn::AddOp op);

/// XNNPACK's qs8-vadd: integers less their zero points times factors, and one shift of their sum, halves upwards.
struct OnceRoundedAddition {
  int64_t left, right;
  int shift;
};
/// That of `op`, where its numerics are XNNPACK's and LiteRT gives it such a layer.
std::optional<OnceRoundedAddition> getOnceRoundedAddition(mn::AddOp op);

/// (a * left + b * right + start) >> shift of two bytes without a sign, both factors from 0 to 2^29. Half of the bits
/// of a factor fit a word of 16 bits with its sign, and with the lower halves cut off, 32 bits hold the sum.
struct AdditionLine {
  int64_t left, right, start;
  int shift;
  /// The bits of the lower halves, at most `shift`.
  static constexpr int kHalfBits = 15;
};

/// The line that has the result of `op`, once it is kept within its range, for all its bytes, if there is one and its
/// tensors have bytes without a sign.
std::optional<AdditionLine> findAdditionLine(mn::AddOp op);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_ADDITION_H
