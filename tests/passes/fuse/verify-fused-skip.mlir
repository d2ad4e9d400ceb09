// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-fused %s | FileCheck %s

// A padded tensor that is added to a convolution is no image of it.
// CHECK-LABEL: @padded_skip
// CHECK: mn.pad
func.func @padded_skip(%image: tensor<1x4x4x1xf32>, %small: tensor<1x3x3x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %pad = mn.pad %small padding [0, 1, 0, 1] : (tensor<1x3x3x1xf32>) -> tensor<1x4x4x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter skip(%pad)
      : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %dw : tensor<1x4x4x1xf32>
}
