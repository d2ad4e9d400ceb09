// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(round-weights))' --split-input-file %s | FileCheck %s

// 1 + 3/256 lies between two bf16 and nearer to the upper one; 1 + 1/256 is halfway, so the even one is taken.
// CHECK-LABEL: module attributes {mn.options = {weights_format = "bf16"}}
module attributes {mn.options = {weights_format = "bf16"}} {
  // CHECK: %[[BIAS:.*]] = mn.constant dense<1.001{{.*}}> : tensor<2xf32>
  // CHECK: %[[FILTER:.*]] = mn.constant dense_resource<pw_kernel_[[HASH:[0-9a-f]+]]> : tensor<1x1x1x2xbf16>
  // CHECK-NOT: tensor<1x1x1x2xf32>
  // CHECK: mn.pointwise_conv2d %{{.*}}, %[[FILTER]] bias(%[[BIAS]])
  func.func @bf16(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> {
    %filter = mn.constant dense<[[[[1.01171875, 1.00390625]]]]> : tensor<1x1x1x2xf32>
    %bias = mn.constant dense<1.001> : tensor<2xf32>
    %pw = mn.pointwise_conv2d %image, %filter bias(%bias) : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32> loc("pw")
    return %pw : tensor<1x4x4x2xf32>
  }
}
// CHECK: pw_kernel_[[HASH]]: "0x40000000{{.*}}823F803F"

// -----

// CHECK-LABEL: module attributes {mn.options = {weights_format = "f16"}}
module attributes {mn.options = {weights_format = "f16"}} {
  // CHECK: mn.constant dense_resource<{{.*}}> : tensor<3x3x1x1xf16>
  // CHECK: mn.depthwise_conv2d
  func.func @f16(%image: tensor<1x4x4x1xf32>) -> tensor<1x2x2x1xf32> {
    %filter = mn.constant dense<0.1> : tensor<3x3x1x1xf32>
    %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x2x2x1xf32>
    return %dw : tensor<1x2x2x1xf32>
  }
}

// -----

// CHECK-LABEL: @without_the_option
// CHECK: mn.constant dense<1.001{{.*}}> : tensor<2x1xf32>
func.func @without_the_option(%vector: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %filter = mn.constant dense<1.001> : tensor<2x1xf32>
  %fc = mn.fully_connected %vector, %filter : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
  return %fc : tensor<1x1xf32>
}
