// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(quantize-network))' --split-input-file %s | FileCheck %s
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(quantize-network{per-tensor float-interface keep-float=pool}))' --split-input-file %s | FileCheck %s --check-prefix=FLOAT
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(quantize-network{keep-float=relu}))' --split-input-file %s | FileCheck %s --check-prefix=KEPT
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(quantize-network{keep-float=pw}))' --split-input-file %s | FileCheck %s --check-prefix=KEPT

// The scale of each channel holds its largest weight, 1.27 and 2.54; a bias has the scale of input and filter together.
// CHECK-LABEL: func.func @clamped_convolution
// CHECK-SAME: (%[[IMAGE:.*]]: tensor<1x4x4x1xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = -128>>
// CHECK-DAG: %[[FILTER:.*]] = mn.constant dense_resource<pw_kernel_{{.*}}> : tensor<1x1x1x2xi8>
// CHECK-DAG: %[[BIAS:.*]] = mn.constant dense_resource<pw_bias_{{.*}}> : tensor<2xi32>
// CHECK-DAG: %[[SCALES:.*]] = mn.constant dense_resource<pw_kernel_scales_{{.*}}> : tensor<2xf32>
// CHECK: %[[PW:.*]] = mn.pointwise_conv2d %[[IMAGE]], %[[FILTER]] bias(%[[BIAS]]) scales(%[[SCALES]]) activation relu6
// CHECK-SAME: -> tensor<1x4x4x2xi8, #mn.quantization<scale = 0.0235294122 : f32, zero_point = -128>>
// CHECK: %[[POOL:.*]] = mn.average_pool %[[PW]]
// CHECK-SAME: -> tensor<1x2x2x2xi8, #mn.quantization<scale = 0.0235294122 : f32, zero_point = -128>>
// CHECK: return %[[POOL]]

// FLOAT-LABEL: func.func @clamped_convolution
// FLOAT-SAME: (%[[IMAGE:.*]]: tensor<1x4x4x1xf32>
// FLOAT: %[[INTEGERS:.*]] = mn.quantize %[[IMAGE]]
// FLOAT: mn.pointwise_conv2d %[[INTEGERS]], {{.*}} scales(%{{.*}}) activation relu6
// FLOAT-SAME: tensor<1xf32>
// FLOAT: %[[FLOATS:.*]] = mn.dequantize
// FLOAT: %[[POOL:.*]] = mn.average_pool %[[FLOATS]]
// FLOAT: return %[[POOL]] : tensor<1x2x2x2xf32>
func.func @clamped_convolution(%image: tensor<1x4x4x1xf32> {mn.name = "image"}) -> tensor<1x2x2x2xf32>
    attributes {mn.ranges = {image = array<f64: 0.0, 255.0>, pw = array<f64: -1.0, 9.0>}} {
  %filter = mn.constant dense<[[[[1.27, -2.54]]]]> : tensor<1x1x1x2xf32>
  %bias = mn.constant dense<[0.1, -0.2]> : tensor<2xf32>
  %pw = mn.pointwise_conv2d %image, %filter bias(%bias) activation relu6 : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32> loc("pw")
  %pool = mn.average_pool %pw pool_size [2, 2] strides [2, 2] : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32> loc("pool")
  return %pool : tensor<1x2x2x2xf32>
}
// The bytes: 127 and -127; 0.1 / 0.01 and -0.2 / 0.02, on one scale of 0.02 half of the first.
// CHECK-DAG: pw_bias_{{.*}}: "0x400000000A000000F6FFFFFF"
// CHECK-DAG: pw_kernel_{{[0-9a-f]+}}: "0x400000007F81"
// FLOAT-DAG: pw_bias_{{.*}}: "0x4000000005000000F6FFFFFF"
// FLOAT-DAG: pw_kernel_{{[0-9a-f]+}}: "0x400000004081"

// -----

// Operands of a concat share its range; a hard_sigmoid has no form on integers, and softmax has 1/256.
// CHECK-LABEL: func.func @fixed_and_shared_ranges
// CHECK: %[[GATE:.*]] = mn.hard_sigmoid %{{.*}} : (tensor<1x4xf32>) -> tensor<1x4xf32>
// CHECK: %[[INTEGERS:.*]] = mn.quantize %[[GATE]]
// CHECK-SAME: -> tensor<1x4xi8, #mn.quantization<scale = 0.0156862754 : f32, zero_point = -128>>
// CHECK: %[[RELU:.*]] = mn.relu %{{.*}} -> tensor<1x4xi8, #mn.quantization<scale = 0.0156862754 : f32, zero_point = -128>>
// CHECK: mn.concat %[[INTEGERS]], %[[RELU]] axis 1
// CHECK-SAME: -> tensor<1x8xi8, #mn.quantization<scale = 0.0156862754 : f32, zero_point = -128>>
// CHECK: mn.softmax
// CHECK-SAME: -> tensor<1x8xi8, #mn.quantization<scale = 3.906250e-03 : f32, zero_point = -128>>
// FLOAT-LABEL: func.func @fixed_and_shared_ranges
// FLOAT: %[[SOFTMAX:.*]] = mn.softmax
// FLOAT: mn.dequantize %[[SOFTMAX]]
func.func @fixed_and_shared_ranges(%vector: tensor<1x4xf32> {mn.name = "vector"}) -> tensor<1x8xf32>
    attributes {mn.ranges = {vector = array<f64: -2.0, 4.0>, gate = array<f64: 0.0, 1.0>, relu = array<f64: 0.0, 4.0>,
                             both = array<f64: 0.0, 4.0>}} {
  %gate = mn.hard_sigmoid %vector : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("gate")
  %relu = mn.relu %vector : (tensor<1x4xf32>) -> tensor<1x4xf32> loc("relu")
  %both = mn.concat %gate, %relu axis 1 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x8xf32> loc("both")
  %softmax = mn.softmax %both : (tensor<1x8xf32>) -> tensor<1x8xf32> loc("softmax")
  return %softmax : tensor<1x8xf32>
}

// -----

// What the rounding of the filter adds to the mean result is taken off the bias: 63.6 becomes 64, at a mean of 2 that is
// 0.8 too much. A curve has a layer of its own.
// CHECK-LABEL: func.func @corrected_bias
// CHECK: %[[FC:.*]] = mn.fully_connected %{{.*}} bias(
// CHECK: mn.hard_swish %[[FC]]
// FLOAT-LABEL: func.func @corrected_bias
// CHECK-DAG: fc_bias_{{.*}}: "0x40000000FFFFFFFF"
func.func @corrected_bias(%vector: tensor<1x2xf32> {mn.name = "vector"}) -> tensor<1x1xf32>
    attributes {mn.ranges = {vector = array<f64: 0.0, 255.0>, fc = array<f64: 0.0, 2.0>, swish = array<f64: 0.0, 2.0>},
                mn.means = {vector = array<f64: 0.0, 2.0>}} {
  %filter = mn.constant dense<[[1.27], [0.636]]> : tensor<2x1xf32>
  %fc = mn.fully_connected %vector, %filter activation hard_swish {fused = ["swish"]} : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32> loc("fc")
  return %fc : tensor<1x1xf32>
}

// -----

// A layer is kept by the name of any that it has taken in, and its activation with it: what lies between has no range.
// KEPT-LABEL: func.func @kept_with_its_activation
// KEPT: %[[PW:.*]] = mn.pointwise_conv2d {{.*}} -> tensor<1x1x1x1xf32>
// KEPT: %[[RELU:.*]] = mn.relu6 %[[PW]] : (tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32>
// KEPT: %[[INTEGERS:.*]] = mn.quantize %[[RELU]]
// KEPT: mn.pointwise_conv2d %[[INTEGERS]]
func.func @kept_with_its_activation(%image: tensor<1x1x1x1xf32> {mn.name = "image"}) -> tensor<1x1x1x1xf32>
    attributes {mn.ranges = {image = array<f64: 0.0, 255.0>, relu = array<f64: 0.0, 4.0>, last = array<f64: 0.0, 1.0>}} {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %pw = mn.pointwise_conv2d %image, %filter activation relu6 {fused = ["bn", "relu"]} : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> loc("pw")
  %last = mn.pointwise_conv2d %pw, %filter : (tensor<1x1x1x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x1x1x1xf32> loc("last")
  return %last : tensor<1x1x1x1xf32>
}
