// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/Histogram.h"

#include <gtest/gtest.h>

using namespace mncc;

TEST(Histogram, CountsEveryValueOnce) {
  Histogram histogram;
  histogram.add({0.0F, 1.0F, 2.0F});
  histogram.add({-5.0F, 40.0F, 1.5F});
  EXPECT_EQ(histogram.countValues(), 6U);
  EXPECT_EQ(histogram.getLeast(), -5);
  EXPECT_EQ(histogram.getMost(), 40);
  EXPECT_LE(histogram.getLow(), -5);
  EXPECT_GE(histogram.getHigh(), 40);
}

TEST(Histogram, KeepsValuesInTheirPlacesWhenItWidens) {
  Histogram histogram;
  std::vector<float> many(1000, 0.25F);
  many.push_back(0.0F);
  many.push_back(1.0F);
  histogram.add(many);
  histogram.add({100.0F});
  histogram.add({-100.0F});
  for (size_t bin = 0; bin < Histogram::kBins; ++bin)
    if (histogram.getCounts()[bin] >= 1000)
      EXPECT_NEAR(histogram.getCenter(bin), 0.25, histogram.getWidth());
  EXPECT_EQ(histogram.countValues(), 1004U);
}

TEST(Histogram, OfOneValueHasBins) {
  Histogram histogram;
  histogram.add({0.0F, 0.0F});
  EXPECT_EQ(histogram.countValues(), 2U);
  EXPECT_EQ(histogram.getLeast(), 0);
  EXPECT_EQ(histogram.getMost(), 0);
  EXPECT_GT(histogram.getWidth(), 0);
}
