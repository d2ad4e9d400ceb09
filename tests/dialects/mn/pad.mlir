// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @keras(
// CHECK: mn.pad %arg0 padding [0, 1, 0, 1] : (tensor<1x8x8x16xf32>) -> tensor<1x9x9x16xf32>
func.func @keras(%image: tensor<1x8x8x16xf32>) -> tensor<1x9x9x16xf32> {
  %0 = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x8x8x16xf32>) -> tensor<1x9x9x16xf32>
  return %0 : tensor<1x9x9x16xf32>
}

// CHECK-LABEL: func.func @four_sides(
// CHECK: mn.pad %arg0 padding [1, 2, 3, 4] : (tensor<1x8x8x16xf32>) -> tensor<1x11x15x16xf32>
func.func @four_sides(%image: tensor<1x8x8x16xf32>) -> tensor<1x11x15x16xf32> {
  %0 = mn.pad %image padding [1, 2, 3, 4] : (tensor<1x8x8x16xf32>) -> tensor<1x11x15x16xf32>
  return %0 : tensor<1x11x15x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.pad %arg0 padding [0, 1, 0, 1]
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x9x9x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x9x9x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.pad %image padding [0, 1, 0, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x9x9x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x9x9x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
