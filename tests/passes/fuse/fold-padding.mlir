// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fold-padding %s | FileCheck %s

// CHECK-LABEL: @keras_stride_2
// CHECK-NOT: mn.pad
// CHECK: mn.conv2d %{{.*}} strides [2, 2] padding [0, 1, 0, 1]
func.func @keras_stride_2(%image: tensor<1x8x8x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<3x3x1x1xf32>
  %padded = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x8x8x1xf32>) -> tensor<1x9x9x1xf32>
  %conv = mn.conv2d %padded, %filter strides [2, 2] : (tensor<1x9x9x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x1xf32>
  return %conv : tensor<1x4x4x1xf32>
}

// A padded zero is part of a maximum, so pooling keeps its padding.
// CHECK-LABEL: @pooling_is_left_alone
// CHECK: mn.pad
// CHECK: mn.max_pool
func.func @pooling_is_left_alone(%image: tensor<1x7x7x1xf32>) -> tensor<1x4x4x1xf32> {
  %padded = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x7x7x1xf32>) -> tensor<1x8x8x1xf32>
  %pool = mn.max_pool %padded pool_size [2, 2] strides [2, 2] : (tensor<1x8x8x1xf32>) -> tensor<1x4x4x1xf32>
  return %pool : tensor<1x4x4x1xf32>
}
