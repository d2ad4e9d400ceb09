// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fold-batch-norm %s | FileCheck %s

// Same numbers and bits as in fuse-depthwise-bn-relu6.mlir; the relu6 stays, it is not this pass's to take.
// CHECK-LABEL: @after_convolution
// CHECK: mn.constant dense_resource<[[KERNEL_KEY:dw_kernel_[0-9a-f]+]]>
// CHECK: mn.constant dense_resource<[[BIAS_KEY:dw_bias_[0-9a-f]+]]>
// CHECK: mn.depthwise_conv2d {{.*}} {fused = ["dw_bn"]}
// CHECK-NOT: mn.batch_norm
// CHECK: mn.relu6
func.func @after_convolution(%image: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %filter = mn.constant dense<[[[[2.0], [3.0]]]]> : tensor<1x1x2x1xf32>
  %bias = mn.constant dense<[-0.0, 3.0]> : tensor<2xf32>
  %gamma = mn.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %beta = mn.constant dense<[-0.0, 1.0]> : tensor<2xf32>
  %mean = mn.constant dense<[0.0, 1.0]> : tensor<2xf32>
  %variance = mn.constant dense<[3.0, 0.0]> : tensor<2xf32>
  %dw = mn.depthwise_conv2d %image, %filter bias(%bias) : (tensor<1x4x4x2xf32>, tensor<1x1x2x1xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32> loc("dw")
  %bn = mn.batch_norm %dw, %gamma, %beta, %mean, %variance epsilon 1.0 : (tensor<1x4x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32> loc("dw_bn")
  %relu6 = mn.relu6 %bn : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %relu6 : tensor<1x4x4x2xf32>
}

// CHECK-LABEL: @after_fully_connected
// CHECK: mn.fully_connected {{.*}} {fused = ["fc_bn"]}
// CHECK-NOT: mn.
// CHECK: return
func.func @after_fully_connected(%vector: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0> : tensor<2x1xf32>
  %fc = mn.fully_connected %vector, %filter : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32> loc("fc")
  %bn = mn.batch_norm %fc, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1xf32> loc("fc_bn")
  return %bn : tensor<1x1xf32>
}

// Scale 2 / sqrt(3 + 1) = 1 for the filter, 7 + (0 - 3) * 1 = 4 for the bias; the clamp after it goes in too.
// CHECK-LABEL: @free_standing
// CHECK-SAME: %[[IMAGE:.*]]: tensor<1x4x4x1xf32>
// CHECK: mn.constant dense_resource<[[BN_KERNEL_KEY:bn_kernel_[0-9a-f]+]]> : tensor<1x1x1x1xf32>
// CHECK: mn.constant dense_resource<[[BN_BIAS_KEY:bn_bias_[0-9a-f]+]]> : tensor<1xf32>
// CHECK: mn.depthwise_conv2d %[[IMAGE]], {{.*}} activation relu {fused = ["relu"]}
// CHECK-NOT: mn.
// CHECK: return
func.func @free_standing(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %two = mn.constant dense<2.0> : tensor<1xf32>
  %three = mn.constant dense<3.0> : tensor<1xf32>
  %seven = mn.constant dense<7.0> : tensor<1xf32>
  %bn = mn.batch_norm %image, %two, %seven, %three, %three epsilon 1.0 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("bn")
  %relu = mn.relu %bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("relu")
  return %relu : tensor<1x4x4x1xf32>
}

// CHECK-LABEL: @free_standing_on_vector
// CHECK: mn.reshape {{.*}} -> tensor<1x1x1x2xf32>
// CHECK: mn.depthwise_conv2d
// CHECK: mn.reshape {{.*}} -> tensor<1x2xf32>
func.func @free_standing_on_vector(%vector: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %one = mn.constant dense<1.0> : tensor<2xf32>
  %bn = mn.batch_norm %vector, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %bn : tensor<1x2xf32>
}

// A convolution with a second user, or with its activation already inside, keeps its weights.
// CHECK-LABEL: @convolutions_are_left_alone
// CHECK: %[[RELU:.*]] = mn.conv2d {{.*}} activation relu : {{.*}}
// CHECK: mn.depthwise_conv2d %[[RELU]]
// CHECK: %[[SHARED:.*]] = mn.conv2d {{[^{]*}} : {{.*}}
// CHECK: mn.depthwise_conv2d %[[SHARED]]
func.func @convolutions_are_left_alone(%image: tensor<1x4x4x1xf32>) -> (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %relu = mn.conv2d %image, %filter activation relu : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %bn = mn.batch_norm %relu, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %shared = mn.conv2d %bn, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  %other = mn.batch_norm %shared, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %shared, %other : tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>
}

// CHECK-DAG: [[KERNEL_KEY]]: "0x400000000000803F0000C040"
// CHECK-DAG: [[BIAS_KEY]]: "0x40000000000000000000A040"
// CHECK-DAG: [[BN_KERNEL_KEY]]: "0x400000000000803F"
// CHECK-DAG: [[BN_BIAS_KEY]]: "0x4000000000008040"
