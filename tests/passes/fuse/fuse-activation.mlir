// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fuse-activation %s | FileCheck %s

// CHECK-LABEL: @after_convolutions
// CHECK: mn.conv2d {{.*}} activation hard_swish {fused = ["swish"]}
// CHECK-NEXT: mn.depthwise_conv2d {{.*}} activation hard_sigmoid
// CHECK-NEXT: mn.pointwise_conv2d {{.*}} activation sigmoid
// CHECK-NEXT: return
func.func @after_convolutions(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %conv = mn.conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %swish = mn.hard_swish %conv : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("swish")
  %dw = mn.depthwise_conv2d %swish, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %hard = mn.hard_sigmoid %dw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  %pw = mn.pointwise_conv2d %hard, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %sigmoid = mn.sigmoid %pw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %sigmoid : tensor<1x4x4x1xf32>
}

// CHECK-LABEL: @after_sum_product_and_matrix
// CHECK: mn.add {{.*}} activation relu
// CHECK-NEXT: mn.mul {{.*}} activation relu6
// CHECK-NEXT: mn.fully_connected {{.*}} activation relu
// CHECK-NEXT: return
func.func @after_sum_product_and_matrix(%a: tensor<1x2xf32>, %b: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<2x1xf32>
  %add = mn.add %a, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %relu = mn.relu %add : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %mul = mn.mul %relu, %b : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %relu6 = mn.relu6 %mul : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %fc = mn.fully_connected %relu6, %filter : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  %last = mn.relu %fc : (tensor<1x1xf32>) -> tensor<1x1xf32>
  return %last : tensor<1x1xf32>
}

// With fuse-depthwise-bn-relu6 disabled, its relu6 is a layer of its own.
// CHECK-LABEL: @clamp_after_convolution_is_left_alone
// CHECK: mn.depthwise_conv2d
// CHECK-NEXT: mn.relu6
func.func @clamp_after_convolution_is_left_alone(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %relu6 = mn.relu6 %dw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %relu6 : tensor<1x4x4x1xf32>
}

// One activation a layer, and only where nobody reads what comes before it.
// CHECK-LABEL: @second_activation_is_left_alone
// CHECK: mn.add {{.*}} activation relu :
// CHECK-NEXT: mn.sigmoid
// CHECK-NEXT: mn.mul
// CHECK-NEXT: mn.relu
func.func @second_activation_is_left_alone(%a: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>) {
  %add = mn.add %a, %a activation relu : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %sigmoid = mn.sigmoid %add : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %mul = mn.mul %sigmoid, %a : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %relu = mn.relu %mul : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %mul, %relu : tensor<1x2xf32>, tensor<1x2xf32>
}
