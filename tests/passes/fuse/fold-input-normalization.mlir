// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fold-input-normalization %s | FileCheck %s

// Nine taps of -1 each: the interior's bias is 10 - 9 = 1, an edge has six of them and 4, a corner four and 6.
// CHECK-LABEL: @edges_and_corners
// CHECK-SAME: %[[IMAGE:.*]]: tensor<1x3x3x1xui8>
// CHECK-NOT: mn.normalize
// CHECK: mn.constant dense_resource<[[EDGE_BIAS:edges_bias_[0-9a-f]+]]> : tensor<3x3x1xf32>
// CHECK: mn.conv2d %[[IMAGE]], {{.*}} padding [1, 1, 1, 1] activation relu6 :
// CHECK-NEXT: return
func.func @edges_and_corners(%image: tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<3x3x1x1xf32>
  %bias = mn.constant dense<10.0> : tensor<1xf32>
  %input = mn.normalize %image scale [0.5] offset [-1.0] : (tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32>
  %conv = mn.conv2d %input, %filter bias(%bias) padding [1, 1, 1, 1] activation relu6 : (tensor<1x3x3x1xf32>, tensor<3x3x1x1xf32>, tensor<1xf32>) -> tensor<1x3x3x1xf32> loc("edges")
  return %conv : tensor<1x3x3x1xf32>
}

// Padding below and to the right only. Taps 1 to 9 in row order: -45 in the interior, -(1+2+4+5+7+8) = -27 at the right,
// -(1+…+6) = -21 at the bottom, -(1+2+4+5) = -12 in the corner.
// CHECK-LABEL: @keras_stride_2
// CHECK: mn.constant dense_resource<[[KERAS_BIAS:keras_bias_[0-9a-f]+]]> : tensor<2x2x1xf32>
// CHECK-NOT: mn.normalize
func.func @keras_stride_2(%image: tensor<1x4x4x1xui8>) -> tensor<1x2x2x1xf32> {
  %filter = mn.constant dense<[[[[1.0]], [[2.0]], [[3.0]]], [[[4.0]], [[5.0]], [[6.0]]], [[[7.0]], [[8.0]], [[9.0]]]]> : tensor<3x3x1x1xf32>
  %input = mn.normalize %image scale [2.0] offset [-1.0] : (tensor<1x4x4x1xui8>) -> tensor<1x4x4x1xf32>
  %conv = mn.conv2d %input, %filter strides [2, 2] padding [0, 1, 0, 1] : (tensor<1x4x4x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x2x2x1xf32> loc("keras")
  return %conv : tensor<1x2x2x1xf32>
}

// Filter [[1, 2], [3, 4]] by scales 1 and 0.5; biases 1 + 1 * 10 + 3 * 100 = 311 and 1 + 2 * 10 + 4 * 100 = 421.
// CHECK-LABEL: @channels
// CHECK: mn.constant dense_resource<[[CHANNEL_KERNEL:channels_kernel_[0-9a-f]+]]>
// CHECK: mn.constant dense_resource<[[CHANNEL_BIAS:channels_bias_[0-9a-f]+]]> : tensor<2xf32>
func.func @channels(%image: tensor<1x4x4x2xui8>) -> tensor<1x4x4x2xf32> {
  %filter = mn.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  %bias = mn.constant dense<1.0> : tensor<2xf32>
  %input = mn.normalize %image scale [1.0, 0.5] offset [10.0, 100.0] : (tensor<1x4x4x2xui8>) -> tensor<1x4x4x2xf32>
  %conv = mn.conv2d %input, %filter bias(%bias) : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32> loc("channels")
  return %conv : tensor<1x4x4x2xf32>
}

// Two outputs an input: biases 2 * -1, 3 * -1, 4 * 1, 5 * 1.
// CHECK-LABEL: @depthwise
// CHECK: mn.constant dense_resource<[[DEPTHWISE_BIAS:depthwise_bias_[0-9a-f]+]]> : tensor<4xf32>
func.func @depthwise(%image: tensor<1x4x4x2xui8>) -> tensor<1x4x4x4xf32> {
  %filter = mn.constant dense<[[[[2.0, 3.0], [4.0, 5.0]]]]> : tensor<1x1x2x2xf32>
  %input = mn.normalize %image scale [1.0] offset [-1.0, 1.0] : (tensor<1x4x4x2xui8>) -> tensor<1x4x4x2xf32>
  %conv = mn.depthwise_conv2d %input, %filter : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x4xf32> loc("depthwise")
  return %conv : tensor<1x4x4x4xf32>
}

// CHECK-LABEL: @no_offset_needs_no_bias
// CHECK: mn.conv2d %{{[^ ]*}}, %{{[^ ]*}} padding
// CHECK-SAME: (tensor<1x3x3x1xui8>, tensor<3x3x1x1xf32>)
func.func @no_offset_needs_no_bias(%image: tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<3x3x1x1xf32>
  %input = mn.normalize %image scale [0.5] offset [0.0] : (tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32>
  %conv = mn.conv2d %input, %filter padding [1, 1, 1, 1] : (tensor<1x3x3x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x3x3x1xf32>
  return %conv : tensor<1x3x3x1xf32>
}

// CHECK-LABEL: @second_reader_is_left_alone
// CHECK: %[[INPUT:.*]] = mn.normalize
// CHECK: mn.conv2d %[[INPUT]]
// CHECK: mn.max_pool %[[INPUT]]
func.func @second_reader_is_left_alone(%image: tensor<1x3x3x1xui8>) -> (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) {
  %filter = mn.constant dense<1.0> : tensor<3x3x1x1xf32>
  %input = mn.normalize %image scale [0.5] offset [1.0] : (tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32>
  %conv = mn.conv2d %input, %filter : (tensor<1x3x3x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x1x1x1xf32>
  %pool = mn.max_pool %input pool_size [3, 3] : (tensor<1x3x3x1xf32>) -> tensor<1x1x1x1xf32>
  return %conv, %pool : tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>
}

// CHECK-LABEL: @skip_is_left_alone
// CHECK: mn.normalize
func.func @skip_is_left_alone(%image: tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %input = mn.normalize %image scale [0.5] offset [1.0] : (tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32>
  %conv = mn.conv2d %input, %filter skip(%input) : (tensor<1x3x3x1xf32>, tensor<1x1x1x1xf32>, tensor<1x3x3x1xf32>) -> tensor<1x3x3x1xf32>
  return %conv : tensor<1x3x3x1xf32>
}

// CHECK-DAG: [[EDGE_BIAS]]: "0x400000000000C040000080400000C040000080400000803F000080400000C040000080400000C040"
// CHECK-DAG: [[KERAS_BIAS]]: "0x40000000000034C20000D8C10000A8C1000040C1"
// CHECK-DAG: [[CHANNEL_KERNEL]]: "0x400000000000803F000000400000C03F00000040"
// CHECK-DAG: [[CHANNEL_BIAS]]: "0x4000000000809B430080D243"
// CHECK-DAG: [[DEPTHWISE_BIAS]]: "0x40000000000000C0000040C0000080400000A040"
