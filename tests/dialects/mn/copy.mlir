// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @blocked(
// CHECK: mn.copy %arg0 {layout = "nchw16c"} : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @blocked(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.copy %image {layout = "nchw16c"} : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @bytes(
// CHECK: mn.copy %arg0 : (tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32>
func.func @bytes(%image: tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32> {
  %0 = mn.copy %image : (tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.copy %arg0 {layout = "nchw16c"}
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.copy %image {layout = "nchw16c"}
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
