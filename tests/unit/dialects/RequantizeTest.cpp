// SPDX-License-Identifier: Apache-2.0
// Every way to requantise against the same in integers of 128 bits, written as the engines write it: a million random
// sums and factors each, and the ends of both ranges.
#include "dialects/mn/reference/Requantize.h"

#include "dialects/mn/reference/FixedPoint.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace mncc;
using namespace mncc::reference;

namespace {

using Wide = __int128;

/// mantissa * 2^exponent, the mantissa of at most `bits` bits.
struct Exact {
  Wide mantissa;
  int exponent;
};

} // namespace

static Exact split(double value) {
  int exponent;
  double fraction = std::frexp(value, &exponent);
  return {static_cast<Wide>(std::ldexp(fraction, 53)), exponent - 53};
}

/// x / 2^shift to the nearest integer, halves to even.
static Wide shiftToEven(Wide x, int shift) {
  if (shift <= 0)
    return x << -shift;
  if (shift > 120)
    return 0;
  Wide floor = x >> shift, rest = x - (floor << shift), half = Wide(1) << (shift - 1);
  return floor + (rest > half || (rest == half && (floor & 1)));
}

static int countBits(Wide x) {
  int bits = 0;
  for (Wide rest = x < 0 ? -x : x; rest; rest >>= 1)
    ++bits;
  return bits;
}

/// Rounded to the 24 bits of a float, halves to even.
static Exact roundToFloat(Exact value) {
  int surplus = std::max(countBits(value.mantissa) - 24, 0);
  return {shiftToEven(value.mantissa, surplus), value.exponent + surplus};
}

static int64_t clamp32(Wide x) { return static_cast<int64_t>(std::clamp<Wide>(x, INT32_MIN, INT32_MAX)); }

/// gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT, with their nudge, mask and threshold.
static int64_t roundTwice(int64_t sum, mn::QuantizedMultiplier factor) {
  int left = std::max(factor.shift, 0), right = std::max(-factor.shift, 0);
  Wide product = Wide(clamp32(Wide(sum) << left)) * factor.value,
       nudge = product >= 0 ? Wide(1) << 30 : 1 - (Wide(1) << 30);
  auto high = static_cast<int64_t>((product + nudge) / (Wide(1) << 31));
  int64_t mask = (int64_t(1) << right) - 1, rest = high & mask, threshold = (mask >> 1) + (high < 0);
  return (high >> right) + (rest > threshold);
}

static int64_t roundOnce(int64_t sum, mn::QuantizedMultiplier factor) {
  int shift = 31 - factor.shift;
  return static_cast<int64_t>((Wide(sum) * factor.value + (Wide(1) << (shift - 1))) >> shift);
}

static int64_t roundInFloats(int64_t sum, float factor) {
  Exact scale = split(factor), integer = roundToFloat({sum, 0});
  Exact product = roundToFloat({integer.mantissa * (scale.mantissa >> 29), integer.exponent + scale.exponent + 29});
  return clamp32(shiftToEven(product.mantissa, -product.exponent));
}

static int64_t roundExactly(int64_t sum, double factor) {
  Exact scale = split(factor);
  return clamp32(shiftToEven(sum * scale.mantissa, -scale.exponent));
}

static void expectEqual(int64_t sum, double factor) {
  auto single = static_cast<float>(factor);
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  ASSERT_EQ(requantize(Rounding::Twice, sum, {factor, single}), roundTwice(sum, multiplier)) << sum << " * " << factor;
  ASSERT_EQ(requantize(Rounding::Once, sum, {factor, single}), roundOnce(sum, multiplier)) << sum << " * " << factor;
  ASSERT_EQ(requantize(Rounding::Float, sum, {factor, single}), roundInFloats(sum, single)) << sum << " * " << factor;
  ASSERT_EQ(requantize(Rounding::Exact, sum, {factor, single}), roundExactly(sum, factor)) << sum << " * " << factor;
}

TEST(Requantize, AMillionRandomSums) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000000; ++i) {
    auto sum = static_cast<int32_t>(static_cast<int32_t>(random()) >> (random() % 32));
    double factor = std::ldexp(1 + double(random() >> 12) / double(uint64_t(1) << 52), int(random() % 34) - 32);
    expectEqual(sum, factor);
  }
}

// Sums whose products lie on halves and next to them.
TEST(Requantize, Halves) {
  for (int exponent = -31; exponent <= 0; ++exponent)
    for (int64_t odd = -9; odd <= 9; odd += 2)
      for (int64_t near = -1; near <= 1; ++near) {
        int64_t sum = odd * (int64_t(1) << (std::max(-exponent, 1) - 1)) + near;
        if (sum < INT32_MIN || sum > INT32_MAX)
          continue;
        for (double factor :
             {std::ldexp(1, exponent), std::ldexp(1 + 0x1p-31, exponent), std::ldexp(1 - 0x1p-32, exponent)})
          expectEqual(sum, factor);
      }
}

// Factors that bring a sum as near to a half as doubles can: the product's own rounding must not decide.
TEST(Requantize, NearHalves) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 100000; ++i) {
    auto sum = static_cast<int32_t>(random() >> 33) + 1;
    expectEqual(random() & 1 ? sum : -sum, (double(random() % 128) + 0.5) / sum);
  }
}

TEST(Requantize, EndsOfBothRanges) {
  for (int64_t sum :
       {int64_t(INT32_MIN), int64_t(INT32_MIN) + 1, int64_t(-1), int64_t(0), int64_t(1), int64_t(INT32_MAX)})
    for (int exponent = -32; exponent < 30; ++exponent)
      for (double fraction : {1.0, 1 + 0x1p-30, 2 - 0x1p-30, 2 - 0x1p-52})
        expectEqual(sum, std::ldexp(fraction, exponent));
}

TEST(Requantize, Multiplier) {
  auto expect = [](double factor, int32_t value, int shift) {
    mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
    EXPECT_EQ(multiplier.value, value) << factor;
    EXPECT_EQ(multiplier.shift, shift) << factor;
  };
  expect(0, 0, 0);
  expect(1, 1 << 30, 1);
  expect(0.5, 1 << 30, 0);
  // The last bit's half goes up, at the end into the next power of two.
  expect(1 - 0x1p-32, 1 << 30, 1);
  expect(0.5 + 0x1p-32, (1 << 30) + 1, 0);
  expect(0x1p-32, 1 << 30, -31);
  expect(0x1p-33, 0, 0);
  expect(0x1p40, INT32_MAX, 30);
}

TEST(Requantize, MultiplierIsTheNearest) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100000; ++i) {
    Exact factor{Wide((random() >> 12) | (uint64_t(1) << 52)), int(random() % 60) - 83};
    mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(std::ldexp(double(factor.mantissa), factor.exponent));
    // value * 2^(shift - 31) and mantissa * 2^exponent differ by at most half of the value's last bit.
    Wide scaled = Wide(multiplier.value) << 22, error = scaled - factor.mantissa;
    if (multiplier.shift - 31 - 22 != factor.exponent)
      error = (Wide(multiplier.value) << 23) - factor.mantissa;
    ASSERT_LE(error < 0 ? -error : error, Wide(1) << 21);
    ASSERT_GE(multiplier.value, 1 << 30);
  }
}

/// The factor of a layer from integers of scale 0.1 to those of scale 0.3 whose filter has `scales`, by the reference
/// and by the compiler's own function.
static double getLayerFactor(const std::string &op, const std::string &element, const std::string &scales) {
  mlir::MLIRContext context;
  context.loadDialect<mn::MnDialect, mlir::func::FuncDialect>();
  bool isVector = op == "fully_connected";
  std::string shape = isVector ? "1x2" : "1x1x1x2", filter = isVector ? "tensor<2x2xi8>" : "tensor<1x1x2x2xi8>";
  auto type = [&](const char *scale) {
    return "tensor<" + shape + "x" + element + ", #mn.quantization<scale = " + scale + " : f32, zero_point = 0>>";
  };
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      "func.func @network(%x: " + type("0.1") + ") -> " + type("0.3") + " { %f = mn.constant dense<1> : " + filter +
          " %s = mn.constant dense<0.7> : " + scales + " %r = mn." + op + " %x, %f scales(%s) : (" + type("0.1") +
          ", " + filter + ", " + scales + ") -> " + type("0.3") + " return %r : " + type("0.3") + " }",
      &context);
  double factor = 0;
  module->walk([&](mn::WeightedOpInterface layer) {
    factor = getFactor(layer, 0.7F).real;
    auto factors = mn::getRequantizationFactors(layer);
    ASSERT_TRUE(llvm::succeeded(factors));
    for (double other : *factors)
      EXPECT_EQ(other, factor);
  });
  return factor;
}

// TFLite multiplies the scales of input and filter in double where channels have their own, and in float elsewhere.
TEST(Requantize, ProductOfScales) {
  double inDouble = double(0.1F) * double(0.7F) / double(0.3F), inFloat = double(0.1F * 0.7F) / double(0.3F);
  ASSERT_NE(inDouble, inFloat);
  EXPECT_EQ(getLayerFactor("pointwise_conv2d", "i8", "tensor<2xf32>"), inDouble);
  EXPECT_EQ(getLayerFactor("pointwise_conv2d", "i8", "tensor<1xf32>"), inDouble);
  EXPECT_EQ(getLayerFactor("pointwise_conv2d", "ui8", "tensor<1xf32>"), inFloat);
  EXPECT_EQ(getLayerFactor("fully_connected", "i8", "tensor<1xf32>"), inFloat);
  EXPECT_EQ(getLayerFactor("fully_connected", "i8", "tensor<2xf32>"), inDouble);
}

// exp, 1 / (1 + x) and the logistic function are near what they are called.
TEST(FixedPoint, CurvesAreNear) {
  for (int bits : {4, 5})
    for (int64_t x = -(int64_t(1) << 31); x <= 0; x += 1048573) {
      double real = std::ldexp(double(x), bits - 31);
      EXPECT_NEAR(std::ldexp(double(expOfNegative(x, bits)), -31), std::exp(real), 3e-7) << real;
      EXPECT_NEAR(std::ldexp(double(logistic(x, bits)), -31), 1 / (1 + std::exp(-real)), 1e-6) << real;
      EXPECT_NEAR(std::ldexp(double(logistic(-x, bits)), -31), 1 / (1 + std::exp(real)), 1e-6) << real;
    }
  for (int64_t x = 0; x <= INT32_MAX; x += 1048573)
    EXPECT_NEAR(std::ldexp(double(reciprocalOfOnePlus(x)), -31), 1 / (1 + std::ldexp(double(x), -31)), 3e-7);
}

TEST(FixedPoint, EndsOfTheCurves) {
  EXPECT_EQ(expOfNegative(0, 5), INT32_MAX);
  EXPECT_EQ(logistic(0, 4), int64_t(1) << 30);
  EXPECT_EQ(multiplyHigh(INT32_MIN, INT32_MIN), INT32_MAX);
  EXPECT_EQ(divideByPowerOfTwo(3, 1), 2);
  EXPECT_EQ(divideByPowerOfTwo(-3, 1), -2);
  EXPECT_EQ(divideByPowerOfTwo(-3, 0), -3);
  EXPECT_EQ(getInputRadius(5, 25), 62);
  EXPECT_EQ(getInputRadius(5, 0), 255);
}

TEST(Requantize, ZeroTimesAFactorBeyondFloatsIsZero) {
  float infinite = std::numeric_limits<float>::infinity();
  EXPECT_EQ(requantize(Rounding::Float, 0, {1e60, infinite}), 0);
  EXPECT_EQ(requantize(Rounding::Float, -1, {1e60, infinite}), INT32_MIN);
  EXPECT_EQ(mn::limitToWord(0 * infinite), 0);
  EXPECT_EQ(mn::limitToWord(1e300), INT32_MAX);
}
