// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @plain(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32>
func.func @plain(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32>
  return %0 : tensor<1x6x6x32xf32>
}

// Strides and dilations of one are not printed.
// CHECK-LABEL: func.func @everything(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 bias(%arg2) skip(%arg3) padding [1, 1, 1, 1] activation relu6
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>, tensor<32xf32>, tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32>
func.func @everything(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>, %bias: tensor<32xf32>,
                      %skip: tensor<1x8x8x32xf32>)
    -> tensor<1x8x8x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter bias(%bias) skip(%skip) strides [1, 1] padding [1, 1, 1, 1] dilations [1, 1] activation relu6
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>, tensor<32xf32>, tensor<1x8x8x32xf32>) -> tensor<1x8x8x32xf32>
  return %0 : tensor<1x8x8x32xf32>
}

// CHECK-LABEL: func.func @strided(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 bias(%arg2) strides [2, 2] padding [0, 1, 0, 1] activation hard_swish
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>, tensor<32xf32>) -> tensor<1x4x4x32xf32>
func.func @strided(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>, %bias: tensor<32xf32>)
    -> tensor<1x4x4x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter bias(%bias) strides [2, 2] padding [0, 1, 0, 1] activation hard_swish
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>, tensor<32xf32>) -> tensor<1x4x4x32xf32>
  return %0 : tensor<1x4x4x32xf32>
}

// CHECK-LABEL: func.func @dilated(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 padding [2, 2, 2, 2] dilations [2, 2]
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x8x8x32xf32>
func.func @dilated(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>) -> tensor<1x8x8x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter padding [2, 2, 2, 2] dilations [2, 2]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x8x8x32xf32>
  return %0 : tensor<1x8x8x32xf32>
}

// CHECK-LABEL: func.func @unequal(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 strides [1, 2] padding [0, 1, 3, 0] dilations [2, 1]
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x5x5x32xf32>
func.func @unequal(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>) -> tensor<1x5x5x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter strides [1, 2] padding [0, 1, 3, 0] dilations [2, 1]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x5x5x32xf32>
  return %0 : tensor<1x5x5x32xf32>
}

// One bias a class: rows top, middle, bottom; columns middle and the two last.
// CHECK-LABEL: func.func @border_classes(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 bias(%arg2) padding [1, 1, 0, 2]
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>, tensor<3x3x32xf32>) -> tensor<1x8x8x32xf32>
func.func @border_classes(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>, %bias: tensor<3x3x32xf32>)
    -> tensor<1x8x8x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter bias(%bias) padding [1, 1, 0, 2]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>, tensor<3x3x32xf32>) -> tensor<1x8x8x32xf32>
  return %0 : tensor<1x8x8x32xf32>
}

// CHECK-LABEL: func.func @no_activation(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32>
func.func @no_activation(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter activation none
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32>
  return %0 : tensor<1x6x6x32xf32>
}

// What the fuse and tile stages add.
// CHECK-LABEL: func.func @decided(
// CHECK: mn.depthwise_conv2d %arg0, %arg1
// CHECK-SAME: {fused = ["bn", "r6"], layout = "nchw8c", placement = #mn.placement<space = arena, index = 0, offset = 64, bytes = 2048>
// CHECK-SAME: , schedule = #mn.schedule<vector = 8, pixels = 6, channels = 16, unroll = 4, order = panel_outer>}
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32>
func.func @decided(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32> {
  %0 = mn.depthwise_conv2d %image, %filter {fused = ["bn", "r6"], layout = "nchw8c",
          placement = #mn.placement<space = arena, index = 0, offset = 64, bytes = 2048>,
          schedule = #mn.schedule<vector = 8, pixels = 6, channels = 16, unroll = 4, order = panel_outer>}
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x2xf32>) -> tensor<1x6x6x32xf32>
  return %0 : tensor<1x6x6x32xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.depthwise_conv2d %arg0, %arg1 bias(%arg2) scales(%arg3) padding [1, 1, 1, 1] activation relu6
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x1xi8>, tensor<16xi32>, tensor<16xf32>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x1xi8>, %bias: tensor<16xi32>, %scales: tensor<16xf32>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  %0 = mn.depthwise_conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1] activation relu6
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x1xi8>, tensor<16xi32>, tensor<16xf32>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}
