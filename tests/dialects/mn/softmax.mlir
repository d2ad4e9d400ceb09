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
