// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pack-weights --lower-to-kernels --canonicalize %s | FileCheck %s

#blocked = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = 2, order = panel_outer>

// CHECK: mn.weights = dense_resource<net_weights_
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 512 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v3", vector_bits = 128 : i64, fma = true}>} {
  // CHECK: func.func private @net_pw_2x4_p4_k4_n4_relu6_f32(
  // CHECK-SAME: %[[INPUT:.*]]: memref<16xf32> {mn.name = "input"}, %[[WEIGHTS:.*]]: memref<32xf32> {mn.name = "weights"}
  // CHECK: %[[SUMS:.*]] = memref.alloca() {mn.name = "sums"} : memref<2x1xvector<4xf32>>
  // CHECK: vector.load %[[WEIGHTS]]
  // CHECK: vector.fma
  // CHECK: } {mn.unroll = 2 : i64}
  // CHECK-NOT: func.func private
  // CHECK: func.func @network()
  // CHECK-NEXT: mn.call @net_pw_2x4_p4_k4_n4_relu6_f32 "pw_1"
  // CHECK-SAME: #mn.buffer<space = input, index = 0, offset = 0>
  // CHECK-SAME: #mn.buffer<space = weights, index = 0, offset = 0>
  // CHECK-SAME: #mn.buffer<space = arena, index = 0, offset = 0>
  // Two layers with the same shapes and schedule share one kernel.
  // CHECK-NEXT: mn.call @net_pw_2x4_p4_k4_n4_relu6_f32 "pw_2"
  // CHECK-SAME: #mn.buffer<space = output, index = 0, offset = 0>
  func.func @network(%input: tensor<1x2x2x4xf32> {mn.name = "input"}) -> (tensor<1x2x2x4xf32> {mn.name = "pw_2"}) {
    %filter = mn.constant dense<1.0> : tensor<1x1x4x4xf32>
    %0 = mn.pointwise_conv2d %input, %filter activation relu6 {layout = "nchw4c", schedule = #blocked,
        placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 64>}
        : (tensor<1x2x2x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x2x2x4xf32> loc("pw_1")
    %1 = mn.pointwise_conv2d %0, %filter activation relu6 {layout = "nhwc", schedule = #blocked,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>}
        : (tensor<1x2x2x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x2x2x4xf32> loc("pw_2")
    return %1 : tensor<1x2x2x4xf32>
  }
}
