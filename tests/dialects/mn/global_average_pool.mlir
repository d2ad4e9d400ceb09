// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @vector(
// CHECK: mn.global_average_pool %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x16xf32>
func.func @vector(%image: tensor<1x8x8x16xf32>) -> tensor<1x16xf32> {
  %0 = mn.global_average_pool %image : (tensor<1x8x8x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// CHECK-LABEL: func.func @kept(
// CHECK: mn.global_average_pool %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
func.func @kept(%image: tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32> {
  %0 = mn.global_average_pool %image : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
  return %0 : tensor<1x1x1x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.global_average_pool %arg0
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  %0 = mn.global_average_pool %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}
