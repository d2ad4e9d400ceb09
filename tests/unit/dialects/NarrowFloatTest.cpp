// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/NarrowFloat.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

using namespace mlir;

namespace {

/// APFloat rounds as IEEE 754 says; ours is what it gives.
void compareWithApFloat(FloatType type) {
  for (uint64_t step = 0; step < (1ull << 32); step += 65521) {
    float value = llvm::bit_cast<float>(static_cast<uint32_t>(step));
    if (std::isnan(value))
      continue;
    llvm::APFloat rounded(value);
    bool isInexact = false;
    rounded.convert(type.getFloatSemantics(), llvm::RoundingMode::NearestTiesToEven, &isInexact);
    uint16_t bits = mncc::mn::narrowFloat(value, type);
    ASSERT_EQ(bits, rounded.bitcastToAPInt().getZExtValue()) << value;
    if (rounded.isFinite())
      ASSERT_EQ(mncc::mn::widenFloat(bits, type), rounded.convertToFloat()) << value;
  }
}

TEST(NarrowFloat, RoundsToNearestEvenInBf16) {
  MLIRContext context;
  compareWithApFloat(BFloat16Type::get(&context));
}

TEST(NarrowFloat, RoundsToNearestEvenInF16) {
  MLIRContext context;
  compareWithApFloat(Float16Type::get(&context));
}

TEST(NarrowFloat, WidensAllFiniteF16) {
  MLIRContext context;
  Type type = Float16Type::get(&context);
  for (uint32_t bits = 0; bits < 0x10000; ++bits)
    if ((bits & 0x7c00) != 0x7c00)
      ASSERT_EQ(mncc::mn::narrowFloat(mncc::mn::widenFloat(bits, type), type), bits);
}

} // namespace
