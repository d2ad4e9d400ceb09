// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @channels(
// CHECK: mn.concat %arg0, %arg1 axis 3 : (tensor<1x8x8x16xf32>, tensor<1x8x8x3xf32>) -> tensor<1x8x8x19xf32>
func.func @channels(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x3xf32>) -> tensor<1x8x8x19xf32> {
  %0 = mn.concat %a, %b axis 3 : (tensor<1x8x8x16xf32>, tensor<1x8x8x3xf32>) -> tensor<1x8x8x19xf32>
  return %0 : tensor<1x8x8x19xf32>
}

// CHECK-LABEL: func.func @rows(
// CHECK: mn.concat %arg0, %arg1, %arg2 axis 1
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<1x1x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x17x8x16xf32>
func.func @rows(%a: tensor<1x8x8x16xf32>, %b: tensor<1x1x8x16xf32>, %c: tensor<1x8x8x16xf32>) -> tensor<1x17x8x16xf32> {
  %0 = mn.concat %a, %b, %c axis 1
         : (tensor<1x8x8x16xf32>, tensor<1x1x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x17x8x16xf32>
  return %0 : tensor<1x17x8x16xf32>
}

// CHECK-LABEL: func.func @vectors(
// CHECK: mn.concat %arg0, %arg1 axis 1 : (tensor<1x16xf32>, tensor<1x1xf32>) -> tensor<1x17xf32>
func.func @vectors(%a: tensor<1x16xf32>, %b: tensor<1x1xf32>) -> tensor<1x17xf32> {
  %0 = mn.concat %a, %b axis 1 : (tensor<1x16xf32>, tensor<1x1xf32>) -> tensor<1x17xf32>
  return %0 : tensor<1x17xf32>
}

// CHECK-LABEL: func.func @alone(
// CHECK: mn.concat %arg0 axis 2 : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @alone(%a: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.concat %a axis 2 : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.concat %arg0, %arg1 axis 3
// CHECK-SAME: : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x8x8x4xi8, #mn.quantization<scale = 1.250000e-01 : f32, zero_point = 9>>) -> tensor<1x8x8x20xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
func.func @integers(%a: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %b: tensor<1x8x8x4xi8, #mn.quantization<scale = 1.250000e-01 : f32, zero_point = 9>>)
    -> tensor<1x8x8x20xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  %0 = mn.concat %a, %b axis 3
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x8x8x4xi8, #mn.quantization<scale = 1.250000e-01 : f32, zero_point = 9>>) -> tensor<1x8x8x20xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x20xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}
