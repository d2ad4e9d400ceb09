// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @image(
// CHECK: mn.flatten %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x1024xf32>
func.func @image(%image: tensor<1x8x8x16xf32>) -> tensor<1x1024xf32> {
  %0 = mn.flatten %image : (tensor<1x8x8x16xf32>) -> tensor<1x1024xf32>
  return %0 : tensor<1x1024xf32>
}

// CHECK-LABEL: func.func @pixel(
// CHECK: mn.flatten %arg0 : (tensor<1x1x1x16xf32>) -> tensor<1x16xf32>
func.func @pixel(%image: tensor<1x1x1x16xf32>) -> tensor<1x16xf32> {
  %0 = mn.flatten %image : (tensor<1x1x1x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.flatten %arg0
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.flatten %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
