// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @equal(
// CHECK: mn.add %arg0, %arg1 : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @equal(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.add %a, %b : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @activated(
// CHECK: mn.add %arg0, %arg1 activation relu : (tensor<1x16xf32>, tensor<1x16xf32>) -> tensor<1x16xf32>
func.func @activated(%a: tensor<1x16xf32>, %b: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %0 = mn.add %a, %b activation relu : (tensor<1x16xf32>, tensor<1x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// CHECK-LABEL: func.func @vector_on_the_right(
// CHECK: mn.add %arg0, %arg1 : (tensor<1x8x8x16xf32>, tensor<1x1x1x16xf32>) -> tensor<1x8x8x16xf32>
func.func @vector_on_the_right(%image: tensor<1x8x8x16xf32>, %gate: tensor<1x1x1x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.add %image, %gate : (tensor<1x8x8x16xf32>, tensor<1x1x1x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @vector_on_the_left(
// CHECK: mn.add %arg0, %arg1 : (tensor<1x1x1x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @vector_on_the_left(%gate: tensor<1x1x1x16xf32>, %image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.add %gate, %image : (tensor<1x1x1x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @short_vector(
// CHECK: mn.add %arg0, %arg1 activation hard_sigmoid : (tensor<1x8x8x16xf32>, tensor<1x16xf32>) -> tensor<1x8x8x16xf32>
func.func @short_vector(%image: tensor<1x8x8x16xf32>, %gate: tensor<1x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.add %image, %gate activation hard_sigmoid : (tensor<1x8x8x16xf32>, tensor<1x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.add %arg0, %arg1 activation relu6
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x8x8x16xi8, #mn.quantization<scale = 1.250000e-01 : f32, zero_point = 9>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
func.func @integers(%a: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %b: tensor<1x8x8x16xi8, #mn.quantization<scale = 1.250000e-01 : f32, zero_point = 9>>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  %0 = mn.add %a, %b activation relu6
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x8x8x16xi8, #mn.quantization<scale = 1.250000e-01 : f32, zero_point = 9>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}
