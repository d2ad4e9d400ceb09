// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fuse-residual-add %s | FileCheck %s

// CHECK-LABEL: @inverted_residual
// CHECK-SAME: %[[IMAGE:.*]]: tensor<1x4x4x1xf32>
// CHECK: %[[PROJECT:.*]] = mn.pointwise_conv2d %{{.*}}, %{{.*}} skip(%[[IMAGE]]) {fused = ["add"]}
// CHECK-NEXT: return %[[PROJECT]]
func.func @inverted_residual(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %expand = mn.pointwise_conv2d %image, %filter activation relu6 : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %project = mn.pointwise_conv2d %expand, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32> loc("project")
  %add = mn.add %image, %project : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("add")
  return %add : tensor<1x4x4x1xf32>
}

// CHECK-LABEL: @activation_after_the_sum
// CHECK: mn.conv2d {{.*}} skip({{.*}}) activation hard_swish {fused = ["bn", "add", "hard_swish"]}
// CHECK-NEXT: return
func.func @activation_after_the_sum(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %conv = mn.conv2d %image, %filter {fused = ["bn"]} : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %add = mn.add %conv, %image : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("add")
  %swish = mn.hard_swish %add : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("hard_swish")
  return %swish : tensor<1x4x4x1xf32>
}

// The later of two convolutions takes the sum.
// CHECK-LABEL: @two_convolutions
// CHECK: %[[SHORTCUT:.*]] = mn.pointwise_conv2d
// CHECK: mn.conv2d {{.*}} skip(%[[SHORTCUT]]) activation relu
// CHECK-NEXT: return
func.func @two_convolutions(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %shortcut = mn.pointwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %conv = mn.conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %add = mn.add %conv, %shortcut activation relu : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %add : tensor<1x4x4x1xf32>
}

// The convolution moves behind the pooling that it now reads.
// CHECK-LABEL: @skip_made_later
// CHECK: %[[POOL:.*]] = mn.max_pool
// CHECK: mn.conv2d {{.*}} skip(%[[POOL]])
// CHECK-NEXT: return
func.func @skip_made_later(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %conv = mn.conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %pool = mn.max_pool %image pool_size [1, 1] : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  %add = mn.add %conv, %pool : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %add : tensor<1x4x4x1xf32>
}

// A convolution that has its activation already, or whose result is read elsewhere, cannot add before it.
// CHECK-LABEL: @convolutions_are_left_alone
// CHECK: mn.add
// CHECK: mn.add
func.func @convolutions_are_left_alone(%image: tensor<1x4x4x1xf32>) -> (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %relu = mn.conv2d %image, %filter activation relu : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %sum = mn.add %relu, %image : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  %shared = mn.conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %twice = mn.add %shared, %shared : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %sum, %twice : tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>
}

// CHECK-LABEL: @vector_of_channels_is_left_alone
// CHECK: mn.add
func.func @vector_of_channels_is_left_alone(%image: tensor<1x4x4x1xf32>, %vector: tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %conv = mn.conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %add = mn.add %conv, %vector : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  return %add : tensor<1x4x4x1xf32>
}
