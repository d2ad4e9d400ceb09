// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pack-weights --lower-to-kernels --canonicalize %s | FileCheck %s

// The 9 inputs under a kernel row of 3 channels follow each other: two loads bring 8 of them where all are inside the
// image, and the last one comes alone. The last column has two taps inside, and its inputs come one by one.

#tile = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = 8, order = panel_outer>

module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 0 : i64,
                   mn.target = #mn.target<{cpu = "cortex-a72", vector_bits = 128 : i64, fma = true, lane_fma = true}>} {
  // CHECK: func.func private @net_conv_2x4_3x6x3_1x3x4_f32(%[[INPUT:.*]]: memref<54xf32>
  // CHECK: scf.for %{{.*}} = %c0 to %c3
  // CHECK: scf.for %{{.*}} = %c0 to %c2
  // CHECK: vector.load %[[INPUT]][{{.*}}] : memref<54xf32>, vector<4xf32>
  // CHECK: vector.extract
  // CHECK: memref.load %[[INPUT]]
  // CHECK-NOT: vector.extract
  // CHECK-NOT: vector.load %[[INPUT]]
  // CHECK: memref.load %[[INPUT]]
  // CHECK-NOT: vector.load %[[INPUT]]
  // CHECK: func.func @network()
  func.func @network(%input: tensor<1x3x6x3xf32> {mn.name = "input"}) -> (tensor<1x1x3x4xf32> {mn.name = "conv"}) {
    %filter = mn.constant dense<1.0> : tensor<3x3x3x4xf32>
    %0 = mn.conv2d %input, %filter strides [2, 2] padding [0, 0, 0, 1] {layout = "nhwc", schedule = #tile,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 48>}
        : (tensor<1x3x6x3xf32>, tensor<3x3x3x4xf32>) -> tensor<1x1x3x4xf32> loc("conv")
    return %0 : tensor<1x1x3x4xf32>
  }
}
