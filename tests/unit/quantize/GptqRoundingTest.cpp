// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/GptqRounding.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace mncc;

/// Many samples: the products are trusted.
static constexpr int64_t kSamples = 1 << 20;

/// The mean square error of output `output` where products of taps have the means `products`.
static double meanSquareError(const WeightMatrix &matrix, llvm::ArrayRef<double> products,
                              llvm::ArrayRef<int8_t> integers, int64_t output) {
  auto error = [&](int64_t tap) {
    int64_t index = tap * matrix.outputs + output;
    return matrix.weights[index] - integers[index] * double(matrix.scales[output]);
  };
  double sum = 0;
  for (int64_t i = 0; i < matrix.taps; ++i)
    for (int64_t j = 0; j < matrix.taps; ++j)
      sum += error(i) * error(j) * products[i * matrix.taps + j];
  return sum;
}

TEST(GptqRounding, IndependentTapsGoToTheNearest) {
  WeightMatrix matrix{2, 2, {0.4F, -1.6F, 2.5F, 300.0F}, {1, 2}};
  EXPECT_EQ(roundByProducts(matrix, {1, 0, 0, 1}, kSamples), (std::vector<int8_t>{0, -1, 3, 127}));
}

TEST(GptqRounding, ErrorsOfEqualTapsCancel) {
  // To the nearest, all three would be 0, and every sum 1.2 too small.
  WeightMatrix matrix{3, 1, {0.4F, 0.4F, 0.4F}, {1}};
  std::vector<int8_t> integers = roundByProducts(matrix, {1, 1, 1, 1, 1, 1, 1, 1, 1}, kSamples);
  EXPECT_EQ(integers[0] + integers[1] + integers[2], 1);
}

TEST(GptqRounding, TheLoudestTapIsRoundedFirst) {
  // The second tap takes up what the first, larger in its squares, is off by.
  WeightMatrix matrix{2, 1, {0.4F, 0.3F}, {1}};
  EXPECT_EQ(roundByProducts(matrix, {1, 2, 2, 4}, kSamples), (std::vector<int8_t>{1, 0}));
}

TEST(GptqRounding, FewSamplesChangeLittle) {
  WeightMatrix matrix{2, 1, {0.3F, 0.3F}, {1}};
  EXPECT_EQ(roundByProducts(matrix, {1, 1, 1, 1}, kSamples), (std::vector<int8_t>{0, 1}));
  EXPECT_EQ(roundByProducts(matrix, {1, 1, 1, 1}, 1), (std::vector<int8_t>{0, 0}));
}

TEST(GptqRounding, TapsThatAreAlwaysZeroGoToTheNearest) {
  WeightMatrix matrix{2, 1, {0.6F, -0.6F}, {1}};
  EXPECT_EQ(roundByProducts(matrix, {0, 0, 0, 0}, kSamples), (std::vector<int8_t>{1, -1}));
}

TEST(GptqRounding, BeatsTheNearestOnCorrelatedTaps) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  constexpr int64_t kTaps = 24, kOutputs = 8;
  std::vector<double> products(kTaps * kTaps, 0);
  for (int sample = 0; sample < 200; ++sample) {
    double common = 2 * normal(random);
    std::vector<double> row(kTaps);
    for (double &value : row)
      value = common + normal(random);
    for (int64_t i = 0; i < kTaps * kTaps; ++i)
      products[i] += row[i / kTaps] * row[i % kTaps] / 200;
  }
  WeightMatrix matrix{kTaps, kOutputs, {}, std::vector<float>(kOutputs, 0.05F)};
  std::vector<int8_t> nearest;
  for (int64_t i = 0; i < kTaps * kOutputs; ++i) {
    matrix.weights.push_back(static_cast<float>(normal(random)));
    nearest.push_back(static_cast<int8_t>(std::round(matrix.weights.back() / 0.05F)));
  }
  std::vector<int8_t> integers = roundByProducts(matrix, products, kSamples);
  double ours = 0, plain = 0;
  for (int64_t output = 0; output < kOutputs; ++output) {
    ours += meanSquareError(matrix, products, integers, output);
    plain += meanSquareError(matrix, products, nearest, output);
  }
  EXPECT_LT(ours, 0.6 * plain);
}
