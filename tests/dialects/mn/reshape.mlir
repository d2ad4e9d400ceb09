// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @vector(
// CHECK: mn.reshape %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x1024xf32>
func.func @vector(%image: tensor<1x8x8x16xf32>) -> tensor<1x1024xf32> {
  %0 = mn.reshape %image : (tensor<1x8x8x16xf32>) -> tensor<1x1024xf32>
  return %0 : tensor<1x1024xf32>
}

// CHECK-LABEL: func.func @image(
// CHECK: mn.reshape %arg0 : (tensor<1x16xf32>) -> tensor<1x2x4x2xf32>
func.func @image(%vector: tensor<1x16xf32>) -> tensor<1x2x4x2xf32> {
  %0 = mn.reshape %vector : (tensor<1x16xf32>) -> tensor<1x2x4x2xf32>
  return %0 : tensor<1x2x4x2xf32>
}

// CHECK-LABEL: func.func @rank_3(
// CHECK: mn.reshape %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x64x16xf32>
func.func @rank_3(%image: tensor<1x8x8x16xf32>) -> tensor<1x64x16xf32> {
  %0 = mn.reshape %image : (tensor<1x8x8x16xf32>) -> tensor<1x64x16xf32>
  return %0 : tensor<1x64x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.reshape %arg0
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x64x1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x64x1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.reshape %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x64x1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x64x1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
