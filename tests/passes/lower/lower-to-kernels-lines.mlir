// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pack-weights --lower-to-kernels --canonicalize --split-input-file %s | FileCheck %s

#tile = #mn.schedule<vector = 4, pixels = 1, channels = 16, unroll = 16, order = panel_outer>
!int = tensor<1x1x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!least = tensor<1x1x1x16xui8, #mn.quantization<scale = 3.000000e+00 : f32, zero_point = 0>>

// Nothing negative is left: two roundings are two products, an addition and a shift.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x16_p1_k16_n16_ui8
  // CHECK: %[[EVEN:.*]] = arith.muli {{.*}} : vector<2xi64>
  // CHECK: %[[ODD:.*]] = arith.muli {{.*}} : vector<2xi64>
  // CHECK: %[[HIGH:.*]] = vector.shuffle {{.*}} [1, 3, 5, 7] : vector<4xi32>, vector<4xi32>
  // CHECK-NEXT: %[[SUM:.*]] = arith.addi %[[HIGH]], {{.*}} : vector<4xi32>
  // CHECK-NEXT: arith.shrsi %[[SUM]], {{.*}} : vector<4xi32>
  // CHECK: llvm.call_intrinsic "llvm.x86.sse2.packuswb.128"
  func.func @network(%input: !int {mn.name = "input"}) -> (!least {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x16x16xi8>
    %scales = mn.constant dense<0.01> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<tflm>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<1x1x16x16xi8>, tensor<1xf32>) -> !least loc("pw")
    return %0 : !least
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 1, channels = 16, unroll = 16, order = panel_outer>
!int = tensor<1x1x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!middle = tensor<1x1x1x16xui8, #mn.quantization<scale = 3.000000e+00 : f32, zero_point = 100>>

// Sums are shifted first where halves of negative ones go down: those take half of that off.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x16_p1_k16_n16_ui8
  // CHECK-DAG: %[[HEADROOM:.*]] = arith.constant dense<6> : vector<4xi32>
  // CHECK-DAG: %[[HALF:.*]] = arith.constant dense<32> : vector<4xi32>
  // CHECK: arith.shli {{.*}}, %[[HEADROOM]] : vector<4xi32>
  // CHECK: %[[HIGH:.*]] = vector.shuffle {{.*}} [1, 3, 5, 7] : vector<4xi32>, vector<4xi32>
  // CHECK-NEXT: %[[SIGN:.*]] = arith.shrsi %[[HIGH]], {{.*}} : vector<4xi32>
  // CHECK-NEXT: %[[STEP:.*]] = arith.andi %[[SIGN]], %[[HALF]] : vector<4xi32>
  // CHECK-NEXT: %[[LESS:.*]] = arith.subi %[[HIGH]], %[[STEP]] : vector<4xi32>
  // CHECK-NEXT: arith.addi %[[LESS]], {{.*}} : vector<4xi32>
  func.func @network(%input: !int {mn.name = "input"}) -> (!middle {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x16x16xi8>
    %scales = mn.constant dense<0.01> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<tflm>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<1x1x16x16xi8>, tensor<1xf32>) -> !middle loc("pw")
    return %0 : !middle
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 1, channels = 16, unroll = 16, order = panel_outer>
!int = tensor<1x1x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!middle = tensor<1x1x1x16xui8, #mn.quantization<scale = 3.000000e+00 : f32, zero_point = 100>>

// A large bias leaves less headroom: 16 * 255 * 128 + 2^25 + 2^20 have 26 bits.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x16_p1_k16_n16_ui8
  // CHECK-DAG: %[[HEADROOM:.*]] = arith.constant dense<5> : vector<4xi32>
  // CHECK-DAG: %[[HALF:.*]] = arith.constant dense<16> : vector<4xi32>
  // CHECK: arith.shli {{.*}}, %[[HEADROOM]] : vector<4xi32>
  func.func @network(%input: !int {mn.name = "input"}) -> (!middle {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x16x16xi8>
    %bias = mn.constant dense<33554432> : tensor<16xi32>
    %scales = mn.constant dense<0.01> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter bias(%bias) scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<tflm>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<1x1x16x16xi8>, tensor<16xi32>, tensor<1xf32>) -> !middle loc("pw")
    return %0 : !middle
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 4, channels = 4, unroll = 1, order = panel_outer>
!lhs = tensor<1x1x2x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!rhs = tensor<1x1x2x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 7>>
!sum = tensor<1x1x2x16xui8, #mn.quantization<scale = 1.300000e+00 : f32, zero_point = 9>>

// Pairs of bytes meet the lower and the upper halves of two factors.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_add_4x4_1x2x16_1x2x16_ui8
  // CHECK-COUNT-8: llvm.call_intrinsic "llvm.x86.sse2.pmadd.wd"
  // CHECK-NOT: pmadd
  // CHECK: llvm.call_intrinsic "llvm.x86.sse2.packuswb.128"
  func.func @network(%lhs: !lhs {mn.name = "lhs"}, %rhs: !rhs {mn.name = "rhs"}) -> (!sum {mn.name = "add"}) {
    %0 = mn.add %lhs, %rhs {layout = "nhwc", schedule = #tile, numerics = #mn.numerics<tflm>,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 32>} : (!lhs, !rhs) -> !sum loc("add")
    return %0 : !sum
  }
}
