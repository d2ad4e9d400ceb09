// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @nearest(
// CHECK: mn.resize %arg0 nearest : (tensor<1x8x8x16xf32>) -> tensor<1x16x5x16xf32>
func.func @nearest(%image: tensor<1x8x8x16xf32>) -> tensor<1x16x5x16xf32> {
  %0 = mn.resize %image nearest : (tensor<1x8x8x16xf32>) -> tensor<1x16x5x16xf32>
  return %0 : tensor<1x16x5x16xf32>
}

// CHECK-LABEL: func.func @bilinear(
// CHECK: mn.resize %arg0 bilinear {half_pixel_centers = true} : (tensor<1x8x8x16xf32>) -> tensor<1x7x9x16xf32>
func.func @bilinear(%image: tensor<1x8x8x16xf32>) -> tensor<1x7x9x16xf32> {
  %0 = mn.resize %image bilinear {half_pixel_centers = true} : (tensor<1x8x8x16xf32>) -> tensor<1x7x9x16xf32>
  return %0 : tensor<1x7x9x16xf32>
}

// CHECK-LABEL: func.func @corners(
// CHECK: mn.resize %arg0 bilinear {align_corners = true} : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
func.func @corners(%image: tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32> {
  %0 = mn.resize %image bilinear {align_corners = true} : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
  return %0 : tensor<1x1x1x16xf32>
}

// CHECK-LABEL: func.func @defaults(
// CHECK: mn.resize %arg0 nearest : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
func.func @defaults(%image: tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32> {
  %0 = mn.resize %image nearest {align_corners = false, half_pixel_centers = false}
         : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
  return %0 : tensor<1x1x1x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.resize %arg0 bilinear
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.resize %image bilinear
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
