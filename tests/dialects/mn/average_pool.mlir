// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @halves(
// CHECK: mn.average_pool %arg0 pool_size [2, 2] strides [2, 2] : (tensor<1x8x8x16xf32>) -> tensor<1x4x4x16xf32>
func.func @halves(%image: tensor<1x8x8x16xf32>) -> tensor<1x4x4x16xf32> {
  %0 = mn.average_pool %image pool_size [2, 2] strides [2, 2] : (tensor<1x8x8x16xf32>) -> tensor<1x4x4x16xf32>
  return %0 : tensor<1x4x4x16xf32>
}

// Strides of one are not printed.
// CHECK-LABEL: func.func @dense(
// CHECK: mn.average_pool %arg0 pool_size [3, 2] padding [1, 1, 0, 0] : (tensor<1x8x8x16xf32>) -> tensor<1x8x7x16xf32>
func.func @dense(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x7x16xf32> {
  %0 = mn.average_pool %image pool_size [3, 2] strides [1, 1] padding [1, 1, 0, 0]
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x7x16xf32>
  return %0 : tensor<1x8x7x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.average_pool %arg0 pool_size [2, 2] strides [2, 2]
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.average_pool %image pool_size [2, 2] strides [2, 2]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
