// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-fused=disabled=fuse-depthwise-bn-relu6,fold-padding %s | FileCheck %s

// The work of disabled passes may be left undone.
// CHECK: mn.pad
// CHECK: mn.relu6
func.func @disabled_passes(%image: tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %pad = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32>
  %dw = mn.depthwise_conv2d %pad, %filter : (tensor<1x5x5x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x5x5x1xf32>
  %relu6 = mn.relu6 %dw : (tensor<1x5x5x1xf32>) -> tensor<1x5x5x1xf32>
  return %relu6 : tensor<1x5x5x1xf32>
}

// A result of the network, and an activation after an activation, have nobody to take them.
// CHECK-LABEL: @nobody_takes
// CHECK: mn.relu
// CHECK: mn.sigmoid
func.func @nobody_takes(%a: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %add = mn.add %a, %a : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %relu = mn.relu %add : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %sigmoid = mn.sigmoid %relu : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %add, %sigmoid : tensor<1x2xf32>, tensor<1x2xf32>
}
