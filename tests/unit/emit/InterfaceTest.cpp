// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Interface.h"

#include <gtest/gtest.h>

using mncc::fitName;

TEST(FitName, ANameThatFitsStands) { EXPECT_EQ(fitName("pw_13", 24), "pw_13"); }

TEST(FitName, OfJoinedNamesTheFirstStands) {
  EXPECT_EQ(fitName("conv/Relu6;conv_bn/add_1;conv/kernel", 24), "conv/Relu6");
}

TEST(FitName, OfALongNameTheEndStands) {
  EXPECT_EQ(fitName("mobilenet_1.00_224_1/conv_dw_1_relu_1/Relu6;more", 24), "...onv_dw_1_relu_1/Relu6");
  EXPECT_EQ(fitName("123456789", 8).size(), 8U);
}
