// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(quantize-network))' --split-input-file %s | FileCheck %s

// A channel of zeros has a scale of 1; weights go from -127 to 127, halves away from zero.
// CHECK-LABEL: func.func @zeros_and_halves
// The floats 1 and 2; the bytes 0, 127 and 0, -64 (-127 / 254 * 127 = -63.5).
// CHECK-DAG: fc_kernel_scales_{{.*}}: "0x400000000000803F00000040"
// CHECK-DAG: fc_kernel_{{[0-9a-f]+}}: "0x40000000007F00C0"
func.func @zeros_and_halves(%vector: tensor<1x2xf32> {mn.name = "vector"}) -> tensor<1x2xf32>
    attributes {mn.ranges = {vector = array<f64: 0.0, 255.0>, fc = array<f64: 0.0, 255.0>}} {
  %filter = mn.constant dense<[[0.0, 254.0], [0.0, -127.0]]> : tensor<2x2xf32>
  %fc = mn.fully_connected %vector, %filter : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("fc")
  return %fc : tensor<1x2xf32>
}

// -----

// A scale grows until the bias fits in 31 bits: 2^33 / 2^30 = 8 in place of 1 / 127.
// CHECK-LABEL: func.func @large_bias
// CHECK-DAG: fc_kernel_scales_{{.*}}: "0x4000000000000041"
// CHECK-DAG: fc_kernel_{{[0-9a-f]+}}: "0x4000000000"
// CHECK-DAG: fc_bias_{{.*}}: "0x4000000000000040"
func.func @large_bias(%vector: tensor<1x1xf32> {mn.name = "vector"}) -> tensor<1x1xf32>
    attributes {mn.ranges = {vector = array<f64: 0.0, 255.0>, fc = array<f64: 0.0, 255.0>}} {
  %filter = mn.constant dense<1.0> : tensor<1x1xf32>
  %bias = mn.constant dense<8589934592.0> : tensor<1xf32>
  %fc = mn.fully_connected %vector, %filter bias(%bias) : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32> loc("fc")
  return %fc : tensor<1x1xf32>
}

// -----

// The mean of an input channel meets the weights of that channel alone: of the depthwise layer's second channel, 0.4 becomes
// 0, which at a mean of 10 is 4 too little; means of another number of channels correct nothing.
// CHECK-LABEL: func.func @means_of_channels
// CHECK: mn.depthwise_conv2d %{{.*}} bias(
// CHECK: mn.pointwise_conv2d
// CHECK-NOT: bias(
// CHECK: return
// CHECK-DAG: dw_bias_{{.*}}: "0x400000000000000004000000"
func.func @means_of_channels(%image: tensor<1x2x1x2xf32> {mn.name = "image"}) -> tensor<1x1x1x2xf32>
    attributes {mn.ranges = {image = array<f64: 0.0, 255.0>, dw = array<f64: 0.0, 255.0>, pw = array<f64: 0.0, 255.0>},
                mn.means = {image = array<f64: 20.0, 10.0>, dw = array<f64: 1.0>}} {
  %taps = mn.constant dense<[[[[127.0], [127.0]]], [[[1.0], [0.4]]]]> : tensor<2x1x2x1xf32>
  %dw = mn.depthwise_conv2d %image, %taps : (tensor<1x2x1x2xf32>, tensor<2x1x2x1xf32>) -> tensor<1x1x1x2xf32> loc("dw")
  %filter = mn.constant dense<0.3> : tensor<1x1x2x2xf32>
  %pw = mn.pointwise_conv2d %dw, %filter : (tensor<1x1x1x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x1x1x2xf32> loc("pw")
  return %pw : tensor<1x1x1x2xf32>
}
