// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @plain(
// CHECK: mn.pointwise_conv2d %arg0, %arg1 : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
func.func @plain(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// Strides and dilations of one are not printed.
// CHECK-LABEL: func.func @everything(
// CHECK: mn.pointwise_conv2d %arg0, %arg1 bias(%arg2) skip(%arg3) activation relu6
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
func.func @everything(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<8xf32>,
                      %skip: tensor<1x8x8x8xf32>)
    -> tensor<1x8x8x8xf32> {
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias) skip(%skip) strides [1, 1] activation relu6
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// CHECK-LABEL: func.func @strided(
// CHECK: mn.pointwise_conv2d %arg0, %arg1 bias(%arg2) strides [2, 2] activation hard_swish
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<8xf32>) -> tensor<1x4x4x8xf32>
func.func @strided(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<8xf32>)
    -> tensor<1x4x4x8xf32> {
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias) strides [2, 2] activation hard_swish
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<8xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func.func @no_activation(
// CHECK: mn.pointwise_conv2d %arg0, %arg1 : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
func.func @no_activation(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  %0 = mn.pointwise_conv2d %image, %filter activation none
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// What the fuse and tile stages add.
// CHECK-LABEL: func.func @decided(
// CHECK: mn.pointwise_conv2d %arg0, %arg1
// CHECK-SAME: {fused = ["bn", "r6"], layout = "nchw8c", placement = #mn.placement<space = arena, index = 0, offset = 64, bytes = 2048>
// CHECK-SAME: , schedule = #mn.schedule<vector = 8, pixels = 6, channels = 16, unroll = 4, order = panel_outer>}
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
func.func @decided(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  %0 = mn.pointwise_conv2d %image, %filter {fused = ["bn", "r6"], layout = "nchw8c",
          placement = #mn.placement<space = arena, index = 0, offset = 64, bytes = 2048>,
          schedule = #mn.schedule<vector = 8, pixels = 6, channels = 16, unroll = 4, order = panel_outer>}
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.pointwise_conv2d %arg0, %arg1 bias(%arg2) scales(%arg3) activation relu {numerics = #mn.numerics<xnnpack>}
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x1x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<1x1x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias) scales(%scales) activation relu {numerics = #mn.numerics<xnnpack>}
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x1x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}
