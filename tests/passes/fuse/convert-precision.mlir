// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(convert-precision))' --split-input-file %s | FileCheck %s

module attributes {mn.options = {precision = "bf16"}} {
  // CHECK-LABEL: func.func @network(%{{.*}}: tensor<1x4x4x1xf32>) -> tensor<1x2xf32>
  func.func @network(%image: tensor<1x4x4x1xf32>) -> tensor<1x2xf32> {
    %kernel = mn.constant dense<1.001> : tensor<1x1x1x2xf32>
    %window = mn.constant dense<1.001> : tensor<3x3x2x1xf32>
    %matrix = mn.constant dense<1.001> : tensor<2x2xf32>
    // The input is in full, so its filter stays.
    // CHECK: mn.pointwise_conv2d {{.*}} (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xbf16>
    %pw = mn.pointwise_conv2d %image, %kernel : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
    // CHECK: mn.depthwise_conv2d {{.*}} (tensor<1x4x4x2xbf16>, tensor<3x3x2x1xf32>) -> tensor<1x2x2x2xbf16>
    %dw = mn.depthwise_conv2d %pw, %window : (tensor<1x4x4x2xf32>, tensor<3x3x2x1xf32>) -> tensor<1x2x2x2xf32>
    %pool = mn.global_average_pool %dw : (tensor<1x2x2x2xf32>) -> tensor<1x2xf32>
    // CHECK: %[[MATRIX:.*]] = mn.constant dense_resource<fc_kernel_{{.*}}> : tensor<2x2xbf16>
    // CHECK: mn.fully_connected %{{.*}}, %[[MATRIX]] : (tensor<1x2xbf16>, tensor<2x2xbf16>) -> tensor<1x2xf32>
    %fc = mn.fully_connected %pool, %matrix : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("fc")
    // CHECK: mn.softmax {{.*}} (tensor<1x2xf32>) -> tensor<1x2xf32>
    %softmax = mn.softmax %fc : (tensor<1x2xf32>) -> tensor<1x2xf32>
    return %softmax : tensor<1x2xf32>
  }
}

// -----

// CHECK-LABEL: @without_the_option
// CHECK-NOT: bf16
func.func @without_the_option(%vector: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %relu = mn.relu %vector : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %relu6 = mn.relu6 %relu : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %relu6 : tensor<1x2xf32>
}

// -----

module attributes {mn.options = {precision = "f16"}} {
  // CHECK-LABEL: func.func @in_f16
  func.func @in_f16(%image: tensor<1x4x4x1xf32>) -> tensor<1x2x2x2xf32> {
    %kernel = mn.constant dense<1.001> : tensor<1x1x1x2xf32>
    %window = mn.constant dense<1.001> : tensor<3x3x2x1xf32>
    // CHECK: mn.pointwise_conv2d {{.*}} (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf16>
    %pw = mn.pointwise_conv2d %image, %kernel : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
    // Unlike bf16, f16 is multiplied in depthwise kernels too. What the caller reads stays in full.
    // CHECK: mn.depthwise_conv2d {{.*}} (tensor<1x4x4x2xf16>, tensor<3x3x2x1xf16>) -> tensor<1x2x2x2xf32>
    %dw = mn.depthwise_conv2d %pw, %window : (tensor<1x4x4x2xf32>, tensor<3x3x2x1xf32>) -> tensor<1x2x2x2xf32> loc("dw")
    return %dw : tensor<1x2x2x2xf32>
  }
}
