// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --choose-layouts --split-input-file %s | FileCheck %s

// Between layers channels lie in blocks of the target's 16 lanes; a narrow tensor takes a narrower block; what is returned
// is NHWC.
// CHECK-LABEL: func.func @blocks
module attributes {mn.target = #mn.target<{vector_bits = 512 : i64}>} {
  func.func @blocks(%image: tensor<1x4x4x3xf32>, %f0: tensor<1x1x3x32xf32>, %f1: tensor<1x1x32x8xf32>,
                    %f2: tensor<1x1x8x10xf32>) -> tensor<1x4x4x10xf32> {
    // CHECK: mn.pointwise_conv2d %{{.*}} {layout = "nchw16c"}
    %0 = mn.pointwise_conv2d %image, %f0 : (tensor<1x4x4x3xf32>, tensor<1x1x3x32xf32>) -> tensor<1x4x4x32xf32>
    // CHECK: mn.pointwise_conv2d %{{.*}} {layout = "nchw8c"}
    %1 = mn.pointwise_conv2d %0, %f1 : (tensor<1x4x4x32xf32>, tensor<1x1x32x8xf32>) -> tensor<1x4x4x8xf32>
    // CHECK: mn.pointwise_conv2d %{{.*}} {layout = "nhwc"}
    %2 = mn.pointwise_conv2d %1, %f2 : (tensor<1x4x4x8xf32>, tensor<1x1x8x10xf32>) -> tensor<1x4x4x10xf32>
    return %2 : tensor<1x4x4x10xf32>
  }
}

// -----

// A depthwise convolution reads vectors of channels: what comes in from outside is copied into blocks.
// CHECK-LABEL: func.func @depthwise_of_an_argument
module attributes {mn.target = #mn.target<{vector_bits = 256 : i64}>} {
  func.func @depthwise_of_an_argument(%image: tensor<1x4x4x3xf32>, %f: tensor<3x3x3x1xf32>) -> tensor<1x4xf32> {
    // CHECK: %[[COPY:.*]] = mn.copy %{{.*}} {layout = "nchw4c"}
    // CHECK: mn.depthwise_conv2d %[[COPY]]
    %0 = mn.depthwise_conv2d %image, %f : (tensor<1x4x4x3xf32>, tensor<3x3x3x1xf32>) -> tensor<1x2x2x3xf32>
    %1 = mn.global_average_pool %0 : (tensor<1x2x2x3xf32>) -> tensor<1x3xf32>
    // CHECK: mn.fully_connected {{.*}} {layout = "nhwc"}
    %w = mn.constant dense<1.0> : tensor<3x4xf32>
    %2 = mn.fully_connected %1, %w : (tensor<1x3xf32>, tensor<3x4xf32>) -> tensor<1x4xf32>
    return %2 : tensor<1x4xf32>
  }
}

// -----

// The skip tensor must lie as the result does.
// CHECK-LABEL: func.func @skip_of_another_layout
module attributes {mn.target = #mn.target<{vector_bits = 128 : i64}>} {
  func.func @skip_of_another_layout(%image: tensor<1x2x2x8xf32>, %f: tensor<1x1x8x8xf32>) -> tensor<1x2x2x8xf32> {
    // CHECK: %[[FIRST:.*]] = mn.pointwise_conv2d {{.*}} {layout = "nchw4c"}
    %0 = mn.pointwise_conv2d %image, %f : (tensor<1x2x2x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x2x2x8xf32>
    // CHECK: %[[SKIP:.*]] = mn.copy %[[FIRST]] {layout = "nhwc"}
    // CHECK: mn.pointwise_conv2d %[[FIRST]], %{{.*}} skip(%[[SKIP]]) {layout = "nhwc"}
    %1 = mn.pointwise_conv2d %0, %f skip(%0)
        : (tensor<1x2x2x8xf32>, tensor<1x1x8x8xf32>, tensor<1x2x2x8xf32>) -> tensor<1x2x2x8xf32>
    return %1 : tensor<1x2x2x8xf32>
  }
}

// -----

// Each output buffer is written by a layer of its own: an argument and a value returned twice are copied.
// CHECK-LABEL: func.func @returned_twice
module attributes {mn.target = #mn.target<{vector_bits = 128 : i64}>} {
  func.func @returned_twice(%x: tensor<1x8xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>, tensor<1x8xf32>) {
    // CHECK: %[[RELU:.*]] = mn.relu
    %0 = mn.relu %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
    // CHECK: %[[SECOND:.*]] = mn.copy %[[RELU]]
    // CHECK: %[[ARGUMENT:.*]] = mn.copy %arg0
    // CHECK: return %[[RELU]], %[[SECOND]], %[[ARGUMENT]]
    return %0, %0, %x : tensor<1x8xf32>, tensor<1x8xf32>, tensor<1x8xf32>
  }
}
