// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @vector(
// CHECK: mn.softmax %arg0 : (tensor<1x16xf32>) -> tensor<1x16xf32>
func.func @vector(%vector: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %0 = mn.softmax %vector : (tensor<1x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// Over the channels of every pixel.
// CHECK-LABEL: func.func @image(
// CHECK: mn.softmax %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @image(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.softmax %image : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.softmax %arg0
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = -128>>
func.func @integers(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = -128>> {
  %0 = mn.softmax %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = -128>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = -128>>
}

// CHECK-LABEL: func.func @bytes(
// CHECK: mn.softmax %arg0
// CHECK-SAME: : (tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>) -> tensor<1x16xui8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = 0>>
func.func @bytes(%vector: tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>)
    -> tensor<1x16xui8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = 0>> {
  %0 = mn.softmax %vector
         : (tensor<1x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 128>>) -> tensor<1x16xui8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = 0>>
  return %0 : tensor<1x16xui8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = 0>>
}
