// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @all_channels(
// CHECK: mn.normalize %arg0 scale [7.843100e-03] offset [-1.000000e+00]
// CHECK-SAME: : (tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32>
func.func @all_channels(%image: tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32> {
  %0 = mn.normalize %image scale [7.843100e-03] offset [-1.000000e+00] : (tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @by_channel(
// CHECK: mn.normalize %arg0 scale [5.000000e-01, 2.500000e-01, 1.000000e+00] offset [0.000000e+00, -1.000000e+00, 2.000000e+00]
// CHECK-SAME: : (tensor<1x4x4x3xui8>) -> tensor<1x4x4x3xf32>
func.func @by_channel(%image: tensor<1x4x4x3xui8>) -> tensor<1x4x4x3xf32> {
  %0 = mn.normalize %image scale [0.5, 0.25, 1.0] offset [0.0, -1.0, 2.0] : (tensor<1x4x4x3xui8>) -> tensor<1x4x4x3xf32>
  return %0 : tensor<1x4x4x3xf32>
}

// CHECK-LABEL: func.func @floats(
// CHECK: mn.normalize %arg0 scale [2.000000e+00] offset [0.000000e+00] : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @floats(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.normalize %image scale [2.000000e+00] offset [0.000000e+00] : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}
