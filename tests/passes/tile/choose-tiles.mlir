// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --choose-tiles %s | FileCheck %s

// CHECK-LABEL: func.func @one_of_each
func.func @one_of_each(%image: tensor<1x64x64x3xf32>, %f0: tensor<3x3x3x32xf32>, %f1: tensor<3x3x32x1xf32>,
                       %f2: tensor<1x1x32x64xf32>, %f3: tensor<64x10xf32>) -> tensor<1x10xf32> {
  // Two vectors of channels leave registers for 14 pixels; the 31 columns inside the image make tiles of 11 and 10, so 11
  // are enough; 3 channels are all there is to unroll.
  // CHECK: mn.conv2d {{.*}} schedule = #mn.schedule<vector = 16, pixels = 11, channels = 32, unroll = 3, order = panel_outer>
  %0 = mn.conv2d %image, %f0 strides [2, 2] padding [0, 1, 0, 1] activation relu6
      : (tensor<1x64x64x3xf32>, tensor<3x3x3x32xf32>) -> tensor<1x32x32x32xf32>
  // With nine weights held, 16 sums of four rows leave registers for the inputs of a kernel row.
  // CHECK: mn.depthwise_conv2d {{.*}} schedule = #mn.schedule<vector = 16, pixels = 4, channels = 16, unroll = 9, order = panel_outer, rows = 4>
  %1 = mn.depthwise_conv2d %0, %f1 padding [1, 1, 1, 1] activation relu6
      : (tensor<1x32x32x32xf32>, tensor<3x3x32x1xf32>) -> tensor<1x32x32x32xf32>
  // CHECK: mn.pointwise_conv2d {{.*}} schedule = #mn.schedule<vector = 16, pixels = 6, channels = 64, unroll = 4, order = panel_outer>
  %2 = mn.pointwise_conv2d %1, %f2 activation relu6
      : (tensor<1x32x32x32xf32>, tensor<1x1x32x64xf32>) -> tensor<1x32x32x64xf32>
  // CHECK: mn.global_average_pool {{.*}} schedule = #mn.schedule<vector = 16, pixels = 4, channels = 16, unroll = 1, order = panel_outer>
  %3 = mn.global_average_pool %2 : (tensor<1x32x32x64xf32>) -> tensor<1x64xf32>
  // CHECK: mn.fully_connected {{.*}} schedule = #mn.schedule<vector = 16, pixels = 1, channels = 16, unroll = 4, order = panel_outer>
  %4 = mn.fully_connected %3, %f3 : (tensor<1x64xf32>, tensor<64x10xf32>) -> tensor<1x10xf32>
  // Ten classes are done one by one.
  // CHECK: mn.softmax {{.*}} schedule = #mn.schedule<vector = 1, pixels = 1, channels = 1, unroll = 1, order = panel_outer>
  %5 = mn.softmax %4 : (tensor<1x10xf32>) -> tensor<1x10xf32>
  return %5 : tensor<1x10xf32>
}

// Where the classes fill several vectors they are walked by vectors, and what is left one by one.
// CHECK-LABEL: func.func @many_classes
func.func @many_classes(%x: tensor<1x1001xf32>) -> tensor<1x1001xf32> {
  // CHECK: mn.softmax {{.*}} schedule = #mn.schedule<vector = 16, pixels = 1, channels = 16, unroll = 1, order = panel_outer>
  %0 = mn.softmax %x : (tensor<1x1001xf32>) -> tensor<1x1001xf32>
  return %0 : tensor<1x1001xf32>
}
