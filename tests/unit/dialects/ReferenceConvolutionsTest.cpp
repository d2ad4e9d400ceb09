// SPDX-License-Identifier: Apache-2.0
// Convolutions of the reference on inputs small enough to compute by hand.
#include "tests/unit/dialects/ReferenceTesting.h"

using namespace mncc::reference;

// "same" of TFLite for an even size and stride 2: the odd padding pixel is at the bottom.
TEST(ReferenceConvolutions, EvenSizeWithStridePadsTheEnd) {
  expectNear(evaluateLayer("mn.conv2d %a, %b strides [2, 1] padding [0, 1, 0, 0] : "
                           "(tensor<1x4x1x1xf32>, tensor<3x1x1x1xf32>) -> tensor<1x2x1x1xf32>",
                           {{1, 2, 3, 4}, {100, 10, 1}}),
             {123, 340});
}

// "same" for an odd size and stride 2 is symmetric.
TEST(ReferenceConvolutions, OddSizeWithStridePadsBothEnds) {
  expectNear(evaluateLayer("mn.conv2d %a, %b strides [1, 2] padding [0, 0, 1, 1] : "
                           "(tensor<1x1x5x1xf32>, tensor<1x3x1x1xf32>) -> tensor<1x1x3x1xf32>",
                           {{1, 2, 3, 4, 5}, {100, 10, 1}}),
             {12, 234, 450});
}

TEST(ReferenceConvolutions, RowsAreTopAndColumnsLeft) {
  // One row above, one column to the right: a filter of four different weights sees which.
  expectNear(evaluateLayer("mn.conv2d %a, %b padding [1, 0, 0, 1] : "
                           "(tensor<1x2x2x1xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x2x1xf32>",
                           {{1, 2, 3, 4}, {1000, 100, 10, 1}}),
             {12, 20, 1234, 2040});
}

TEST(ReferenceConvolutions, DilationSkipsPixels) {
  expectNear(evaluateLayer("mn.conv2d %a, %b dilations [1, 2] : "
                           "(tensor<1x1x6x1xf32>, tensor<1x3x1x1xf32>) -> tensor<1x1x2x1xf32>",
                           {{1, 2, 3, 4, 5, 6}, {100, 10, 1}}),
             {135, 246});
}

TEST(ReferenceConvolutions, ChannelsBiasSkipAndActivation) {
  // Filter [1, 1, in, out]: two inputs, three outputs.
  Values image{1, 2}, filter{1, 2, 3, 10, 20, 30}, bias{100, -50, 0.5}, skip{1, 2, -64};
  expectNear(evaluateLayer("mn.conv2d %a, %b bias(%c) skip(%d) activation relu : (tensor<1x1x1x2xf32>, "
                           "tensor<1x1x2x3xf32>, tensor<3xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>",
                           {image, filter, bias, skip}),
             {122, 0, 0});
  expectNear(evaluateLayer("mn.pointwise_conv2d %a, %b bias(%c) skip(%d) : (tensor<1x1x1x2xf32>, "
                           "tensor<1x1x2x3xf32>, tensor<3xf32>, tensor<1x1x1x3xf32>) -> tensor<1x1x1x3xf32>",
                           {image, filter, bias, skip}),
             {122, -6, -0.5});
  expectNear(evaluateLayer("mn.fully_connected %a, %b bias(%c) skip(%d) activation relu6 : (tensor<1x2xf32>, "
                           "tensor<2x3xf32>, tensor<3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>",
                           {image, filter, bias, skip}),
             {6, 0, 0});
}

TEST(ReferenceConvolutions, PointwiseStrides) {
  expectNear(evaluateLayer("mn.pointwise_conv2d %a, %b strides [2, 3] : "
                           "(tensor<1x3x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x2x2x1xf32>",
                           {countFrom(1, 12), {10}}),
             {10, 40, 90, 120});
}

// Output channel c * multiplier + m sees input channel c only.
TEST(ReferenceConvolutions, DepthMultiplier) {
  expectNear(evaluateLayer("mn.depthwise_conv2d %a, %b bias(%c) : "
                           "(tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>, tensor<4xf32>) -> tensor<1x1x1x4xf32>",
                           {{1, 10}, {1, 2, 3, 4}, {0.5, 0, 0, 0}}),
             {1.5, 2, 30, 40});
}

TEST(ReferenceConvolutions, DepthwiseStridePaddingAndDilation) {
  expectNear(evaluateLayer("mn.depthwise_conv2d %a, %b strides [2, 1] padding [2, 0, 0, 0] dilations [2, 1] : "
                           "(tensor<1x4x1x1xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x1x1xf32>",
                           {{1, 2, 3, 4}, {10, 1}}),
             {1, 13});
}

// Rows have the classes top, middle, bottom; the middle one serves every row that sees its whole window.
TEST(ReferenceConvolutions, BiasOfBorderClasses) {
  Values bias{1, 2, 3};
  expectNear(evaluateLayer("mn.conv2d %a, %b bias(%c) padding [1, 1, 0, 0] : "
                           "(tensor<1x4x1x1xf32>, tensor<3x1x1x1xf32>, tensor<3x1x1xf32>) -> tensor<1x4x1x1xf32>",
                           {{0, 0, 0, 0}, {1, 1, 1}, bias}),
             {1, 2, 2, 3});
}

// A window that lies in the padding altogether leaves the bias.
TEST(ReferenceConvolutions, PaddingWiderThanTheWindow) {
  expectNear(evaluateLayer("mn.conv2d %a, %b bias(%c) padding [2, 0, 0, 0] : "
                           "(tensor<1x2x1x1xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<1x4x1x1xf32>",
                           {{1, 2}, {10}, {0.5}}),
             {0.5, 0.5, 10.5, 20.5});
}
