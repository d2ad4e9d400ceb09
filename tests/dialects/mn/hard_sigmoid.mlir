// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @image(
// CHECK: mn.hard_sigmoid %arg0 : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
func.func @image(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  %0 = mn.hard_sigmoid %image : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @vector(
// CHECK: mn.hard_sigmoid %arg0 {layout = "nhwc"} : (tensor<1x16xf32>) -> tensor<1x16xf32>
func.func @vector(%vector: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %0 = mn.hard_sigmoid %vector {layout = "nhwc"} : (tensor<1x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
