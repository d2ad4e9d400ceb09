// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @floats(
// CHECK: mn.quantize %arg0
// CHECK-SAME: : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @floats(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.quantize %image
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}

// CHECK-LABEL: func.func @unsigned(
// CHECK: mn.quantize %arg0
// CHECK-SAME: : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>
func.func @unsigned(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x8x8x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>> {
  %0 = mn.quantize %image
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>
  return %0 : tensor<1x8x8x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>
}

// CHECK-LABEL: func.func @rescaled(
// CHECK: mn.quantize %arg0 {numerics = #mn.numerics<xnnpack>}
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
func.func @rescaled(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  %0 = mn.quantize %image {numerics = #mn.numerics<xnnpack>}
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// CHECK-LABEL: func.func @from_unsigned(
// CHECK: mn.quantize %arg0
// CHECK-SAME: : (tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 125>>) -> tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @from_unsigned(%image: tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 125>>)
    -> tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.quantize %image
         : (tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 125>>) -> tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
