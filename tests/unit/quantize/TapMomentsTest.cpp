// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/TapMoments.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mncc;

namespace {

class TapMomentsTest : public testing::Test {
protected:
  TapMomentsTest() { context.loadDialect<func::FuncDialect, mn::MnDialect>(); }

  /// The layer with weights in `text`, a function's body that reads %input.
  mn::WeightedOpInterface parseLayer(StringRef type, StringRef text) {
    std::string source = ("func.func @network(%input: " + type + ") {\n" + text + "\nreturn\n}").str();
    module = parseSourceString<ModuleOp>(source, &context);
    mn::WeightedOpInterface found;
    module->walk([&](mn::WeightedOpInterface layer) { found = layer; });
    return found;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

TEST_F(TapMomentsTest, PointwiseTapsAreChannels) {
  TapMoments moments(parseLayer("tensor<1x1x2x2xf32>", R"(
    %filter = mn.constant dense<1.0> : tensor<1x1x2x3xf32>
    %pw = mn.pointwise_conv2d %input, %filter : (tensor<1x1x2x2xf32>, tensor<1x1x2x3xf32>) -> tensor<1x1x2x3xf32>)"));
  moments.add({1, 2, 3, 6}, 1);
  EXPECT_EQ(moments.countSamples(), 2);
  EXPECT_EQ(moments.getProducts(0, false), (std::vector<double>{5, 10, 10, 20}));
  EXPECT_EQ(moments.getProducts(0, true), (std::vector<double>{1, 2, 2, 4}));
}

TEST_F(TapMomentsTest, DepthwiseGroupsAreChannelsAndPaddingIsZero) {
  TapMoments moments(parseLayer("tensor<1x1x2x2xf32>", R"(
    %filter = mn.constant dense<1.0> : tensor<1x2x2x1xf32>
    %dw = mn.depthwise_conv2d %input, %filter strides [1, 1] padding [0, 0, 1, 0] : (tensor<1x1x2x2xf32>, tensor<1x2x2x1xf32>) -> tensor<1x1x2x2xf32>)"));
  moments.add({1, 10, 2, 20}, 1);
  EXPECT_EQ(moments.countGroups(), 2);
  EXPECT_EQ(moments.countTaps(), 2);
  // Taps 0, 1 at the first pixel and 1, 2 at the second.
  EXPECT_EQ(moments.getProducts(0, false), (std::vector<double>{0.5, 1, 1, 2.5}));
  EXPECT_EQ(moments.getProducts(1, false), (std::vector<double>{50, 100, 100, 250}));
}

TEST_F(TapMomentsTest, StridesLeaveOutPixelsAndPicturesAddUp) {
  TapMoments moments(parseLayer("tensor<1x1x5x1xf32>", R"(
    %filter = mn.constant dense<1.0> : tensor<1x2x1x1xf32>
    %conv = mn.conv2d %input, %filter strides [1, 3] : (tensor<1x1x5x1xf32>, tensor<1x2x1x1xf32>) -> tensor<1x1x2x1xf32>)"));
  EXPECT_EQ(moments.countPixels(), 2);
  moments.add({1, 2, 9, 3, 4}, 1);
  EXPECT_EQ(moments.getProducts(0, false), (std::vector<double>{5, 7, 7, 10}));
  moments.add({3, 2, 9, 9, 9}, 2);
  EXPECT_EQ(moments.countSamples(), 3);
  EXPECT_EQ(moments.getProducts(0, false), (std::vector<double>{19.0 / 3, 20.0 / 3, 20.0 / 3, 8}));
}
