// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/RangeMethods.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mncc;

/// 100,000 values that lie around 0 like those of a layer, and one far away.
static Histogram makeNormalWithOutlier() {
  std::mt19937 generator(1);
  std::vector<float> values;
  for (int i = 0; i < 100000; ++i) {
    double sum = 0;
    for (int term = 0; term < 12; ++term)
      sum += generator() / 4294967296.0;
    values.push_back(static_cast<float>(sum - 6));
  }
  values.push_back(60);
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

TEST(RangeMethods, MinMaxCoversAllValues) {
  ValueRange range = chooseRange(makeNormalWithOutlier(), RangeMethod::MinMax);
  EXPECT_LT(range.least, -3.5);
  EXPECT_EQ(range.most, 60);
}

TEST(RangeMethods, PercentileLeavesOutAFewInAHundredThousand) {
  ValueRange range = chooseRange(makeNormalWithOutlier(), RangeMethod::Percentile);
  EXPECT_NEAR(range.least, -3.9, 0.4);
  EXPECT_NEAR(range.most, 3.9, 0.4);
}

TEST(RangeMethods, MseCutsAnOutlierOff) {
  ValueRange range = chooseRange(makeNormalWithOutlier(), RangeMethod::Mse);
  EXPECT_LT(range.most, 55);
  EXPECT_GT(range.most, 3);
}

TEST(RangeMethods, EntropyCutsAnOutlierOff) {
  ValueRange range = chooseRange(makeNormalWithOutlier(), RangeMethod::Entropy);
  EXPECT_LT(range.most, 55);
}

/// The place of `share` among values that fall off as those of a layer do.
static float placeOf(double share) { return static_cast<float>(-std::log(1 - (share - std::floor(share)))); }

/// A layer of relu on few pictures: most values are 0, and channels that see no more than a border have one value each.
TEST(RangeMethods, EntropyLooksPastValuesThatAreEqual) {
  std::vector<float> values(30000, 0.0F);
  for (int channel = 0; channel < 60; ++channel)
    values.insert(values.end(), 300, placeOf((channel + 0.5) * 0.7548777));
  for (int i = 0; i < 3000; ++i)
    values.push_back(placeOf((i + 0.5) * 0.6180340));
  Histogram histogram;
  histogram.add(values);
  EXPECT_GT(chooseRange(histogram, RangeMethod::Entropy).most, 4);
}

/// Values to both sides of 0, on the side of `sign` no farther than 1, where a clamp has brought many, and one far away
/// on the other side.
static Histogram makeClamped(float sign) {
  std::vector<float> values(5000, sign);
  for (int i = 0; i < 30000; ++i) {
    values.push_back(sign * std::min(placeOf((i + 0.5) * 0.7548777), 0.98F));
    values.push_back(-sign * placeOf((i + 0.5) * 0.6180340));
  }
  values.push_back(-sign * 40);
  Histogram histogram;
  histogram.add(values);
  return histogram;
}

TEST(RangeMethods, EntropyKeepsClampsAtBothEnds) {
  EXPECT_EQ(chooseRange(makeClamped(1), RangeMethod::Entropy).most, 1);
  EXPECT_EQ(chooseRange(makeClamped(-1), RangeMethod::Entropy).least, -1);
}

TEST(RangeMethods, AllCoverValuesThatFillTheirRange) {
  std::vector<float> values;
  for (int i = 0; i < 60000; ++i)
    values.push_back(static_cast<float>(i % 6001) / 1000);
  Histogram histogram;
  histogram.add(values);
  for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Mse, RangeMethod::Entropy}) {
    ValueRange range = chooseRange(histogram, method);
    EXPECT_EQ(range.least, 0);
    EXPECT_NEAR(range.most, 6, 0.1);
  }
}

TEST(RangeMethods, ZerosStayZeros) {
  Histogram histogram;
  histogram.add(std::vector<float>(100, 0.0F));
  for (RangeMethod method : {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Mse, RangeMethod::Entropy}) {
    ValueRange range = chooseRange(histogram, method);
    EXPECT_EQ(range.least, 0);
    EXPECT_LT(range.most, 0.01);
  }
}
