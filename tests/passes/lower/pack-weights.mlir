// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pack-weights %s | FileCheck %s

#panels = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 1, order = panel_outer>

// Bias first, rounded up to 16 values; then for each panel of four output channels the inputs in order.
// CHECK: mn.weights = dense_resource<[[KEY:net_weights_[0-9a-f]+]]> : tensor<32xf32>
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64", vector_bits = 128 : i64}>} {
  func.func @network(%input: tensor<1x1x1x2xf32> {mn.name = "input"}) -> (tensor<1x1x1x8xf32> {mn.name = "pw"}) {
    %filter = mn.constant dense<[[[[1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0], [3.0, 3.0, 3.0, 3.0, 4.0, 4.0, 4.0, 4.0]]]]>
        : tensor<1x1x2x8xf32>
    // CHECK: mn.pointwise_conv2d
    // CHECK-SAME: packed = #mn.buffer<space = weights, index = 0, offset = 0>
    %0 = mn.pointwise_conv2d %input, %filter {layout = "nhwc", schedule = #panels,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 32>}
        : (tensor<1x1x1x2xf32>, tensor<1x1x2x8xf32>) -> tensor<1x1x1x8xf32> loc("pw")
    return %0 : tensor<1x1x1x8xf32>
  }
}
// 16 values of bias, then 1 1 1 1 3 3 3 3 for the first panel and 2 2 2 2 4 4 4 4 for the second.
// CHECK: [[KEY]]: "0x40000000{{(00000000){16}(0000803F){4}(00004040){4}(00000040){4}(00008040){4}"$}}
