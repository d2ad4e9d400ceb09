// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fuse-conv-bn-relu6 %s | FileCheck %s

// Both batch norms go in, the first one first: 1 * 0.5 * 2 = 1; (0 - 2) * 0.5 + 1 = 0, then (0 - 1) * 2 + 1 = -1.
// CHECK-LABEL: @two_batch_norms_and_relu
// CHECK: mn.conv2d {{.*}} padding [1, 1, 1, 1] activation relu {fused = ["bn_1", "bn_2", "relu"]}
// CHECK-NOT: mn.
// CHECK: return
func.func @two_batch_norms_and_relu(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<3x3x1x1xf32>
  %zero = mn.constant dense<0.0> : tensor<1xf32>
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %two = mn.constant dense<2.0> : tensor<1xf32>
  %three = mn.constant dense<3.0> : tensor<1xf32>
  %conv = mn.conv2d %image, %filter padding [1, 1, 1, 1] : (tensor<1x4x4x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x1xf32> loc("conv")
  %bn_1 = mn.batch_norm %conv, %one, %one, %two, %three epsilon 1.0 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("bn_1")
  %bn_2 = mn.batch_norm %bn_1, %two, %one, %one, %zero epsilon 1.0 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("bn_2")
  %relu = mn.relu %bn_2 : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("relu")
  return %relu : tensor<1x4x4x1xf32>
}

// A batch norm that is also a result of the network has to stay one.
// CHECK-LABEL: @returned_batch_norm_is_left_alone
// CHECK: mn.conv2d
// CHECK: mn.batch_norm
// CHECK: mn.relu6
func.func @returned_batch_norm_is_left_alone(%image: tensor<1x4x4x1xf32>) -> (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %conv = mn.conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %bn = mn.batch_norm %conv, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %relu6 = mn.relu6 %bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %bn, %relu6 : tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>
}

// CHECK-DAG: conv_bias_{{[0-9a-f]+}}: "0x40000000000080BF"
