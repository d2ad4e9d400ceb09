// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(equalize-channels))' --split-input-file %s | FileCheck %s

// Channels of 3 and 1.5 come up to 6, where relu6 cuts, one of 6 stays: the weights before them are doubled or multiplied by
// 4, bias with them, and those of a depthwise layer divided.
// CHECK-LABEL: func.func @before_depthwise
// CHECK-NOT: mn.magnitudes
// CHECK-DAG: %[[PW_KERNEL:.*]] = mn.constant dense_resource<pw_kernel_{{.*}}> : tensor<1x1x1x3xf32>
// CHECK-DAG: %[[PW_BIAS:.*]] = mn.constant dense_resource<pw_bias_{{.*}}> : tensor<3xf32>
// CHECK: mn.pointwise_conv2d %{{.*}}, %[[PW_KERNEL]] bias(%[[PW_BIAS]]) activation relu6
// CHECK: %[[DW_KERNEL:.*]] = mn.constant dense_resource<dw_kernel_{{.*}}> : tensor<1x1x3x1xf32>
// CHECK: mn.depthwise_conv2d %{{.*}}, %[[DW_KERNEL]]
// The floats 2, 4, 1; 1, 2, 0.5; and 0.5, 0.25, 1.
// CHECK-DAG: pw_kernel_{{.*}}: "0x4000000000000040000080400000803F"
// CHECK-DAG: pw_bias_{{.*}}: "0x400000000000803F000000400000003F"
// CHECK-DAG: dw_kernel_{{.*}}: "0x400000000000003F0000803E0000803F"
func.func @before_depthwise(%image: tensor<1x2x2x1xf32>) -> tensor<1x2x2x3xf32>
    attributes {mn.magnitudes = {pw = array<f64: 3.0, 1.5, 6.0>}} {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x3xf32>
  %bias = mn.constant dense<0.5> : tensor<3xf32>
  %pw = mn.pointwise_conv2d %image, %filter bias(%bias) activation relu6 : (tensor<1x2x2x1xf32>, tensor<1x1x1x3xf32>, tensor<3xf32>) -> tensor<1x2x2x3xf32> loc("pw")
  %taps = mn.constant dense<1.0> : tensor<1x1x3x1xf32>
  %dw = mn.depthwise_conv2d %pw, %taps : (tensor<1x2x2x3xf32>, tensor<1x1x3x1xf32>) -> tensor<1x2x2x3xf32> loc("dw")
  return %dw : tensor<1x2x2x3xf32>
}

// -----

// In sums, large and small weights meet: a quarter of the largest becomes a half. A channel of zeros stays, and none is
// multiplied by more than 64.
// CHECK-LABEL: func.func @before_sums
// Each row of the first is 1, 2, 1, 8; the second 1, 0.5, 1, 0.125.
// CHECK-DAG: first_kernel_{{.*}}: "0x400000000000803F000000400000803F000000410000803F000000400000803F000000410000803F000000400000803F000000410000803F000000400000803F00000041"
// CHECK-DAG: fc_kernel_{{.*}}: "0x400000000000803F0000003F0000803F0000003E"
func.func @before_sums(%image: tensor<1x4xf32>) -> tensor<1x1xf32>
    attributes {mn.magnitudes = {first = array<f64: 8.0, 2.0, 0.0, 0.01>}} {
  %filter = mn.constant dense<1.0> : tensor<4x4xf32>
  %first = mn.fully_connected %image, %filter activation relu : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32> loc("first")
  %weights = mn.constant dense<1.0> : tensor<4x1xf32>
  %fc = mn.fully_connected %first, %weights : (tensor<1x4xf32>, tensor<4x1xf32>) -> tensor<1x1xf32> loc("fc")
  return %fc : tensor<1x1xf32>
}

// -----

// Left alone: what two layers read, what goes through a curve, what nothing is known of.
// CHECK-LABEL: func.func @left_alone
// CHECK-NOT: dense_resource
func.func @left_alone(%vector: tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
    attributes {mn.magnitudes = {shared = array<f64: 1.0, 2.0>, curve = array<f64: 1.0, 2.0>, other = array<f64: 1.0>}} {
  %filter = mn.constant dense<1.0> : tensor<2x2xf32>
  %shared = mn.fully_connected %vector, %filter activation relu : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("shared")
  %curve = mn.fully_connected %shared, %filter activation hard_swish : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("curve")
  %other = mn.fully_connected %curve, %filter : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("other")
  %last = mn.fully_connected %other, %filter : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("last")
  return %last, %shared : tensor<1x2xf32>, tensor<1x2xf32>
}
