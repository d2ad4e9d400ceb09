// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/NarrowFloat.h"

#include "llvm/ADT/bit.h"

using namespace mlir;

/// The distance of the exponents' biases, 127 - 15, in the place of a binary32's exponent.
static constexpr uint32_t kBiasDifference = 112u << 23;

/// `bits` without the lowest `shift`, rounded to nearest, ties to even.
static uint32_t roundAway(uint32_t bits, unsigned shift) {
  uint32_t half = (1u << (shift - 1)) - 1;
  return (bits + half + ((bits >> shift) & 1)) >> shift;
}

static uint16_t narrowToF16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value), magnitude = bits & 0x7fffffff, sign = bits >> 16 & 0x8000;
  // From halfway to 2^16 on.
  if (magnitude >= llvm::bit_cast<uint32_t>(65520.0f))
    return static_cast<uint16_t>(sign | 0x7c00);
  // Below 2^-14 values are multiples of 2^-24, which is the last place of a binary32 just above 0.5.
  if (magnitude < llvm::bit_cast<uint32_t>(0x1p-14f))
    return static_cast<uint16_t>(
        sign | (llvm::bit_cast<uint32_t>(llvm::bit_cast<float>(magnitude) + 0.5f) - llvm::bit_cast<uint32_t>(0.5f)));
  return static_cast<uint16_t>(sign | roundAway(magnitude - kBiasDifference, 13));
}

static float widenFromF16(uint16_t bits) {
  uint32_t magnitude = bits & 0x7fff;
  float value = magnitude < 0x0400 ? static_cast<float>(magnitude) * 0x1p-24f
                                   : llvm::bit_cast<float>((magnitude << 13) + kBiasDifference);
  return bits & 0x8000 ? -value : value;
}

uint16_t mncc::mn::narrowFloat(float value, Type type) {
  if (type.isF16())
    return narrowToF16(value);
  return static_cast<uint16_t>(roundAway(llvm::bit_cast<uint32_t>(value), 16));
}

float mncc::mn::widenFloat(uint16_t bits, Type type) {
  return type.isF16() ? widenFromF16(bits) : llvm::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}
