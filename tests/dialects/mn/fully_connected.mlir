// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @plain(
// CHECK: mn.fully_connected %arg0, %arg1 : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32>
func.func @plain(%vector: tensor<1x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x8xf32> {
  %0 = mn.fully_connected %vector, %filter : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @everything(
// CHECK: mn.fully_connected %arg0, %arg1 bias(%arg2) skip(%arg3) activation sigmoid
// CHECK-SAME: : (tensor<1x16xf32>, tensor<16x8xf32>, tensor<8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
func.func @everything(%vector: tensor<1x16xf32>, %filter: tensor<16x8xf32>, %bias: tensor<8xf32>,
                      %skip: tensor<1x8xf32>)
    -> tensor<1x8xf32> {
  %0 = mn.fully_connected %vector, %filter bias(%bias) skip(%skip) activation sigmoid
         : (tensor<1x16xf32>, tensor<16x8xf32>, tensor<8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// An image of one pixel stays an image.
// CHECK-LABEL: func.func @pixel(
// CHECK: mn.fully_connected %arg0, %arg1 activation relu
// CHECK-SAME: : (tensor<1x1x1x16xf32>, tensor<16x8xf32>) -> tensor<1x1x1x8xf32>
func.func @pixel(%vector: tensor<1x1x1x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x1x1x8xf32> {
  %0 = mn.fully_connected %vector, %filter activation relu
         : (tensor<1x1x1x16xf32>, tensor<16x8xf32>) -> tensor<1x1x1x8xf32>
  return %0 : tensor<1x1x1x8xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.fully_connected %arg0, %arg1 bias(%arg2) scales(%arg3) {numerics = #mn.numerics<litert>}
// CHECK-SAME: : (tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<16x8xi8>, tensor<8xi32>, tensor<1xf32>) -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
func.func @integers(%vector: tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<1xf32>)
    -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  %0 = mn.fully_connected %vector, %filter bias(%bias) scales(%scales) {numerics = #mn.numerics<litert>}
         : (tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<16x8xi8>, tensor<8xi32>, tensor<1xf32>) -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
