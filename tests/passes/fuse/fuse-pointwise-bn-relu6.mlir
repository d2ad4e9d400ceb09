// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fuse-pointwise-bn-relu6 %s | FileCheck %s

// Output channels run fastest in the filter: scales 0.5 and 2 make [[2, 3], [4, 5]] to [[1, 6], [2, 10]]; the missing bias
// is 0, so the new one is [1 + (0 - 2) * 0.5, 1 + (0 - 1) * 2] = [0, -1].
// CHECK-LABEL: @batch_norm_and_relu6
// CHECK: mn.constant dense_resource<[[KERNEL_KEY:pw_kernel_[0-9a-f]+]]> : tensor<1x1x2x2xf32>
// CHECK: mn.constant dense_resource<[[BIAS_KEY:pw_bias_[0-9a-f]+]]> : tensor<2xf32>
// CHECK: mn.pointwise_conv2d {{.*}} activation relu6 {fused = ["pw_bn", "pw_relu6"]}
// CHECK-NOT: mn.
// CHECK: return
func.func @batch_norm_and_relu6(%image: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %filter = mn.constant dense<[[[[2.0, 3.0], [4.0, 5.0]]]]> : tensor<1x1x2x2xf32>
  %gamma = mn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %beta = mn.constant dense<1.0> : tensor<2xf32>
  %mean = mn.constant dense<[2.0, 1.0]> : tensor<2xf32>
  %variance = mn.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %pw = mn.pointwise_conv2d %image, %filter : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32> loc("pw")
  %bn = mn.batch_norm %pw, %gamma, %beta, %mean, %variance epsilon 1.0 : (tensor<1x4x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32> loc("pw_bn")
  %relu6 = mn.relu6 %bn : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> loc("pw_relu6")
  return %relu6 : tensor<1x4x4x2xf32>
}

// The linear bottleneck of MobileNetV2 has no clamp: its batch norm is fold-batch-norm's.
// CHECK-LABEL: @linear_bottleneck_is_left_alone
// CHECK: mn.pointwise_conv2d
// CHECK: mn.batch_norm
func.func @linear_bottleneck_is_left_alone(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %pw = mn.pointwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %bn = mn.batch_norm %pw, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %bn : tensor<1x4x4x1xf32>
}

// CHECK-LABEL: @depthwise_is_left_alone
// CHECK: mn.relu6
func.func @depthwise_is_left_alone(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %relu6 = mn.relu6 %dw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %relu6 : tensor<1x4x4x1xf32>
}

// CHECK-DAG: [[KERNEL_KEY]]: "0x400000000000803F0000C0400000004000002041"
// CHECK-DAG: [[BIAS_KEY]]: "0x4000000000000000000080BF"
