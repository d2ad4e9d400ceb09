// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @signed(
// CHECK: mn.dequantize %arg0
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xf32>
func.func @signed(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xf32> {
  %0 = mn.dequantize %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @unsigned(
// CHECK: mn.dequantize %arg0
// CHECK-SAME: : (tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>) -> tensor<1x16xf32>
func.func @unsigned(%image: tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>)
    -> tensor<1x16xf32> {
  %0 = mn.dequantize %image
         : (tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// CHECK-LABEL: func.func @numerics(
// CHECK: mn.dequantize %arg0 {numerics = #mn.numerics<litert>}
// CHECK-SAME: : (tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x16xf32>
func.func @numerics(%vector: tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x16xf32> {
  %0 = mn.dequantize %vector {numerics = #mn.numerics<litert>}
         : (tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
