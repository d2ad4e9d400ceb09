// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fuse-depthwise-bn-relu6 %s | FileCheck %s
// RUN: mncc-opt --fuse-depthwise-bn-relu6 --mlir-print-debuginfo --mlir-print-local-scope %s | FileCheck %s --check-prefix=LOC

// Channel 0: scale 1 / sqrt(3 + 1) = 0.5, so the filter is 1 and the bias -0 + (-0 - 0) * 0.5 is stored as +0.
// Channel 1: scale 2 / sqrt(0 + 1) = 2, so the filter is 6 and the bias 1 + (3 - 1) * 2 = 5.
// CHECK-LABEL: @batch_norm_and_relu6
// CHECK-SAME: %[[IMAGE:.*]]: tensor<1x4x4x2xf32>
// CHECK-DAG: %[[KERNEL:.*]] = mn.constant dense_resource<[[KERNEL_KEY:dw_kernel_[0-9a-f]+]]> : tensor<1x1x2x1xf32>
// CHECK-DAG: %[[BIAS:.*]] = mn.constant dense_resource<[[BIAS_KEY:dw_bias_[0-9a-f]+]]> : tensor<2xf32>
// CHECK: %[[DW:.*]] = mn.depthwise_conv2d %[[IMAGE]], %[[KERNEL]] bias(%[[BIAS]]) strides [2, 2] activation relu6
// CHECK-SAME: {fused = ["dw_bn", "dw_relu6"]}
// LOC: mn.depthwise_conv2d {{.*}} loc("dw"("net.json":7:3))
// CHECK-NOT: mn.
// CHECK: return %[[DW]]
func.func @batch_norm_and_relu6(%image: tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> {
  %filter = mn.constant dense<[[[[2.0], [3.0]]]]> : tensor<1x1x2x1xf32>
  %bias = mn.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %gamma = mn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %beta = mn.constant dense<[-0.0, 1.0]> : tensor<2xf32>
  %mean = mn.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %variance = mn.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %dw = mn.depthwise_conv2d %image, %filter bias(%bias) strides [2, 2] : (tensor<1x4x4x2xf32>, tensor<1x1x2x1xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32> loc("dw"("net.json":7:3))
  %bn = mn.batch_norm %dw, %gamma, %beta, %mean, %variance epsilon 1.0 : (tensor<1x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2x2x2xf32> loc("dw_bn"("net.json":8:3))
  %relu6 = mn.relu6 %bn : (tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32> loc("dw_relu6"("net.json":9:3))
  return %relu6 : tensor<1x2x2x2xf32>
}

// CHECK-LABEL: @relu_without_batch_norm
// CHECK: mn.depthwise_conv2d {{.*}} activation relu {fused = ["dw_relu"]}
// CHECK-NOT: mn.relu
func.func @relu_without_batch_norm(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %relu = mn.relu %dw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("dw_relu")
  return %relu : tensor<1x4x4x1xf32>
}

// CHECK-LABEL: @second_use_is_left_alone
// CHECK: mn.depthwise_conv2d
// CHECK-NOT: activation
// CHECK: mn.relu6
func.func @second_use_is_left_alone(%image: tensor<1x4x4x1xf32>) -> (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %relu6 = mn.relu6 %dw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %dw, %relu6 : tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>
}

// A sigmoid is no clamp: its batch norm is fold-batch-norm's.
// CHECK-LABEL: @sigmoid_is_left_alone
// CHECK: mn.batch_norm
// CHECK: mn.sigmoid
func.func @sigmoid_is_left_alone(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %bn = mn.batch_norm %dw, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %sigmoid = mn.sigmoid %bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %sigmoid : tensor<1x4x4x1xf32>
}

// CHECK-DAG: [[KERNEL_KEY]]: "0x400000000000803F0000C040"
// CHECK-DAG: [[BIAS_KEY]]: "0x40000000000000000000A040"
