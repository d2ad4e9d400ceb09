// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pack-weights --lower-to-kernels --canonicalize --split-input-file %s | FileCheck %s

#tile = #mn.schedule<vector = 4, pixels = 1, channels = 16, unroll = 16, order = panel_outer>
!int = tensor<1x1x1x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!even = tensor<1x1x1x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = -128>>

// What fits 16 bits is rounded by the addition of 2^23 + 2^22 and the zero point; the lower halves are the integers.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x16_p1_k16_n16_i8(
  // CHECK: %[[LARGE:.*]] = arith.constant dense<0x4B3FFF80> : vector<4xf32>
  // CHECK-NOT: fcvtns
  // CHECK: %[[PRODUCT:.*]] = arith.mulf
  // CHECK: %[[SUM:.*]] = arith.addf %[[PRODUCT]], %[[LARGE]]
  // CHECK: vector.shuffle {{.*}} [0, 2, 4, 6, 8, 10, 12, 14] : vector<8xi16>, vector<8xi16>
  // CHECK-NOT: sqadd
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtn.v8i8"
  func.func @network(%input: !int {mn.name = "input"}) -> (!even {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x16x16xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<1x1x16x16xi8>, tensor<1xf32>) -> !even loc("pw")
    return %0 : !even
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 1, channels = 16, unroll = 16, order = panel_outer>
!int = tensor<1x1x1x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!odd = tensor<1x1x1x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 3>>

// With an odd zero point halves would go to odd numbers, so it is added afterwards.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x16_p1_k16_n16_i8(
  // CHECK: %[[ZERO:.*]] = arith.constant dense<3> : vector<8xi16>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.fcvtns.v4i32.v4f32"
  // CHECK-NOT: sqxtn.v4i16
  // CHECK: %[[WORDS:.*]] = vector.shuffle {{.*}} [0, 2, 4, 6, 8, 10, 12, 14] : vector<8xi16>, vector<8xi16>
  // CHECK-NEXT: llvm.call_intrinsic "llvm.aarch64.neon.sqadd.v8i16"(%[[WORDS]], %[[ZERO]])
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtn.v8i8"
  func.func @network(%input: !int {mn.name = "input"}) -> (!odd {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x16x16xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<1x1x16x16xi8>, tensor<1xf32>) -> !odd loc("pw")
    return %0 : !odd
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 1, channels = 16, unroll = 16, order = panel_outer>
!int = tensor<1x1x1x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!even = tensor<1x1x1x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = -128>>

// What may be beyond 16 bits, 255 * 127 * 16 * 0.5, is narrowed to the nearest that fits.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x16_p1_k16_n16_i8(
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.fcvtns.v4i32.v4f32"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtn.v4i16"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqadd.v8i16"
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sqxtn.v8i8"
  func.func @network(%input: !int {mn.name = "input"}) -> (!even {mn.name = "pw"}) {
    %filter = mn.constant dense<127> : tensor<1x1x16x16xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<1x1x16x16xi8>, tensor<1xf32>) -> !even loc("pw")
    return %0 : !even
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 4, channels = 4, unroll = 9, order = panel_outer, rows = 2>
!int = tensor<1x4x8x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 1>>

// A depthwise convolution by dot products: the bytes of four rows come side by side, eight channels at a time, and one
// product takes a column of the window. A column outside the image is passed over, and the bias is loaded where it is used.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 512 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_dw_2x4x4_4x8x16_4x8x16_i8(
  // CHECK: %[[ZEROS:.*]] = arith.constant dense<0> : vector<16xi8>
  // CHECK: %[[EDGE:.*]] = memref.alloca() {mn.name = "edge"} : memref<2x1xvector<16xi8>>
  // CHECK: memref.store %[[ZEROS]], %[[EDGE]]
  // CHECK: scf.if
  // CHECK-COUNT-4: vector.load {{.*}} : memref<512xi8>, vector<8xi8>
  // CHECK: vector.interleave {{.*}} : vector<8xi8> -> vector<16xi8>
  // CHECK: vector.shuffle {{.*}} [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] : vector<16xi8>, vector<16xi8>
  // CHECK: memref.store {{.*}}, %[[EDGE]]
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"
  // CHECK: llvm.inline_asm has_side_effects "", "=r,0"
  // CHECK: %[[BIAS:.*]] = llvm.load {{.*}} -> vector<4xi32>
  // CHECK: llvm.call_intrinsic "llvm.aarch64.neon.sdot.v4i32.v16i8"(%[[BIAS]]
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "dw"}) {
    %filter = mn.constant dense<1> : tensor<3x3x16x1xi8>
    %scales = mn.constant dense<0.125> : tensor<1xf32>
    %0 = mn.depthwise_conv2d %input, %filter scales(%scales) padding [1, 1, 1, 1] {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 512>}
        : (!int, tensor<3x3x16x1xi8>, tensor<1xf32>) -> !int loc("dw")
    return %0 : !int
  }
}

// -----

#tile = #mn.schedule<vector = 8, pixels = 4, channels = 8, unroll = 9, order = panel_outer>
!int = tensor<1x4x8x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 1>>

// The same by pairs of words: weights are unpacked onto the stack as inputs are, two rows under each other, once for all
// tiles of eight channels; those of a row are in registers, 0 for an input row outside. Four outputs are narrowed at once.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 512 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v3", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 256 : i64, registers = 16 : i64}>} {
  // CHECK-LABEL: func.func private @net_dw_4x8_4x8x16_4x8x16_ui8_i8weights(
  // CHECK: %[[WORDS:.*]] = memref.alloca() : memref<64xi32>
  // CHECK: scf.for
  // CHECK: vector.load {{.*}} : memref<144xi8>, vector<8xi8>
  // CHECK: arith.extsi {{.*}} : vector<8xi8> to vector<8xi16>
  // CHECK: vector.interleave {{.*}} : vector<8xi16> -> vector<16xi16>
  // CHECK: vector.store {{.*}}, %[[WORDS]]
  // CHECK: scf.for
  // CHECK-DAG: arith.select {{.*}}, %c-1_i32, %c-65536_i32 : i32
  // CHECK-DAG: arith.select {{.*}}, %c-1_i32, %c-65536_i32 : i32
  // CHECK: %[[MASK:.*]] = vector.bitcast {{.*}} : vector<8xi32> to vector<16xi16>
  // CHECK: %[[LOADED:.*]] = llvm.load {{.*}} -> vector<16xi16>
  // CHECK: %[[WEIGHTS:.*]] = arith.andi %[[LOADED]], %[[MASK]] : vector<16xi16>
  // CHECK: scf.for
  // CHECK: vector.interleave {{.*}} : vector<8xi8> -> vector<16xi8>
  // CHECK: arith.extui {{.*}} : vector<16xi8> to vector<16xi16>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"({{.*}}, %[[WEIGHTS]])
  // CHECK-COUNT-4: llvm.call_intrinsic "llvm.lrint.v8i32.v8f32"
  // CHECK: llvm.call_intrinsic "llvm.x86.avx2.packuswb"
  // CHECK-COUNT-4: vector.store {{.*}} : memref<512xi8>, vector<8xi8>
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "dw"}) {
    %filter = mn.constant dense<1> : tensor<3x3x16x1xi8>
    %scales = mn.constant dense<0.125> : tensor<1xf32>
    %0 = mn.depthwise_conv2d %input, %filter scales(%scales) padding [1, 1, 1, 1] {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 512>}
        : (!int, tensor<3x3x16x1xi8>, tensor<1xf32>) -> !int loc("dw")
    return %0 : !int
  }
}

// -----

#tile = #mn.schedule<vector = 4, pixels = 4, channels = 4, unroll = 25, order = panel_outer>
!int = tensor<1x4x8x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 1>>

// Weights of 5x5 are more than registers hold: they are loaded where they are used, and inputs outside are masked.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 512 : i64,
                   mn.target = #mn.target<{cpu = "x86-64", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64, registers = 16 : i64}>} {
  // CHECK-LABEL: func.func private @net_dw_4x4_4x8x16_4x8x16_ui8_i8weights(
  // CHECK: memref.alloca() : memref<76xi32>
  // CHECK: %[[MASK:.*]] = vector.broadcast {{.*}} : i8 to vector<4xi8>
  // CHECK: %[[INPUT:.*]] = vector.load {{.*}} : memref<512xi8>, vector<4xi8>
  // CHECK: arith.andi %[[INPUT]], %[[MASK]] : vector<4xi8>
  // CHECK: llvm.inline_asm has_side_effects "", "=r,0"
  // CHECK: %[[WEIGHTS:.*]] = llvm.load {{.*}} -> vector<8xi16>
  // CHECK: llvm.call_intrinsic "llvm.x86.sse2.pmadd.wd"({{.*}}, %[[WEIGHTS]])
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "dw"}) {
    %filter = mn.constant dense<1> : tensor<5x5x16x1xi8>
    %scales = mn.constant dense<0.125> : tensor<1xf32>
    %0 = mn.depthwise_conv2d %input, %filter scales(%scales) padding [2, 2, 2, 2] {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 512>}
        : (!int, tensor<5x5x16x1xi8>, tensor<1xf32>) -> !int loc("dw")
    return %0 : !int
  }
}

// -----

#one = #mn.schedule<vector = 1, pixels = 1, channels = 1, unroll = 1, order = panel_outer>
!fine = tensor<1x1x1x2xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>
!coarse = tensor<1x1x1x2xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 128>>
!both = tensor<1x1x1x4xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 128>>

// An input of another scale goes through a table, one of the result's is copied.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "znver4", arch = "x86_64", int8_product = "vpdpbusd", vector_bits = 512 : i64}>} {
  // CHECK-LABEL: func.func private @net_concat_1x1_p1_k2_n4_ui8(
  // CHECK-SAME: %[[FINE:.*]]: memref<2xi8> {mn.name = "lhs"}, %[[COARSE:.*]]: memref<2xi8> {{.*}}, %[[TABLES:.*]]: memref<256xi8>
  // CHECK: %[[BYTE:.*]] = memref.load %[[FINE]]
  // CHECK: %[[PLACE:.*]] = arith.index_castui %[[BYTE]]
  // CHECK: %[[RESCALED:.*]] = memref.load %[[TABLES]][%[[PLACE]]]
  // CHECK: memref.store %[[RESCALED]]
  // CHECK: %[[COPIED:.*]] = memref.load %[[COARSE]]
  // CHECK: memref.store %[[COPIED]]
  func.func @network(%fine: !fine {mn.name = "fine"}, %coarse: !coarse {mn.name = "coarse"}) -> (!both {mn.name = "both"}) {
    %0 = mn.concat %fine, %coarse axis 3 {layout = "nhwc", schedule = #one,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 4>} : (!fine, !coarse) -> !both loc("both")
    return %0 : !both
  }
}

// -----

#one = #mn.schedule<vector = 1, pixels = 1, channels = 1, unroll = 1, order = panel_outer>
!two = tensor<1x2x2x1xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>
!four = tensor<1x4x4x1xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>
// The sign that integers had at import rounds halves away from zero; they are stored 128 higher.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "znver4", arch = "x86_64", int8_product = "vpdpbusd", vector_bits = 512 : i64}>} {
  // CHECK-LABEL: func.func private @net_resize_1x1_2x2x1_4x4x1_ui8(
  // CHECK-DAG: %[[STORED:.*]] = arith.constant dense<128> : vector<1xi32>
  // CHECK-DAG: %[[STORED_SHARES:.*]] = arith.constant dense<134217728> : vector<1xi32>
  // CHECK: arith.subi %{{.*}}, %[[STORED_SHARES]]
  // CHECK: %[[IS_POSITIVE:.*]] = arith.cmpi sgt
  // CHECK: %[[ROUNDED:.*]] = arith.select %[[IS_POSITIVE]]
  // CHECK: %[[WHOLE:.*]] = arith.divsi %[[ROUNDED]]
  // CHECK: arith.addi %[[WHOLE]], %[[STORED]]
  func.func @network(%two: !two {mn.name = "two"}) -> (!four {mn.name = "four"}) {
    %0 = mn.resize %two bilinear {layout = "nhwc", schedule = #one, stored_shift = 128 : i64,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>} : (!two) -> !four loc("four")
    return %0 : !four
  }
}

// -----

#tile = #mn.schedule<vector = 16, pixels = 1, channels = 64, unroll = 4, order = panel_outer>
!int = tensor<1x1x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!out = tensor<1x1x1x64xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 3>>

// `fast`: sums become words, which are multiplied two vectors at a time.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "znver4", arch = "x86_64", int8_product = "vpdpbusd", vector_bits = 512 : i64, registers = 32 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_1x64_p1_k16_n64_ui8_i8weights(
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<3> : vector<32xi16>
  // CHECK-NOT: sitofp
  // CHECK: %[[FIRST:.*]] = arith.shrsi
  // CHECK: %[[SECOND:.*]] = arith.shrsi
  // CHECK: %[[WORDS:.*]] = llvm.call_intrinsic "llvm.x86.avx512.packssdw.512"(%[[FIRST]], %[[SECOND]])
  // CHECK: %[[FACTORS:.*]] = llvm.call_intrinsic "llvm.x86.avx512.packssdw.512"
  // CHECK: %[[PRODUCT:.*]] = llvm.call_intrinsic "llvm.x86.avx512.pmul.hr.sw.512"(%[[WORDS]], %[[FACTORS]])
  // CHECK: arith.addi %[[PRODUCT]], %[[ZERO]] : vector<32xi16>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.packuswb.512"
  func.func @network(%input: !int {mn.name = "input"}) -> (!out {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x16x64xi8>
    %scales = mn.constant dense<0.25> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #tile,
        numerics = #mn.numerics<fast>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>}
        : (!int, tensor<1x1x16x64xi8>, tensor<1xf32>) -> !out loc("pw")
    return %0 : !out
  }
}

// -----

#pair = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = 4, order = panel_outer>
!int = tensor<1x1x2x4xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Few weights are words in memory: inputs alone are widened.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_2x4_p2_k4_n4_ui8_i8weights(
  // CHECK-NOT: arith.extsi
  // CHECK: %[[WEIGHTS:.*]] = vector.load {{.*}} : memref<16xi16>, vector<16xi16>
  // CHECK-NOT: arith.extsi
  // CHECK: %[[EVEN:.*]] = vector.shuffle %[[WEIGHTS]], %[[WEIGHTS]] [0, 1, 2, 3, 4, 5, 6, 7]
  // CHECK: llvm.call_intrinsic "llvm.x86.sse2.pmadd.wd"({{.*}}, %[[EVEN]])
  // CHECK: return
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x4x4xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #pair,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 8>}
        : (!int, tensor<1x1x4x4xi8>, tensor<1xf32>) -> !int loc("pw")
    return %0 : !int
  }
}

// -----

#pair = #mn.schedule<vector = 8, pixels = 2, channels = 16, unroll = 4, order = panel_outer>
!int = tensor<1x1x2x64xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!sum = tensor<1x1x2x64xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// 4096 weights are the most that are words.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v3", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 256 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_2x16_p2_k64_n64_ui8_i8weights(
  // CHECK-NOT: arith.extsi
  // CHECK: %[[WEIGHTS:.*]] = vector.load {{.*}} : memref<4096xi16>, vector<16xi16>
  // CHECK-NOT: arith.extsi
  // CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"({{.*}}, %[[WEIGHTS]])
  // CHECK-NOT: arith.extsi
  // CHECK: return
  func.func @network(%input: !int {mn.name = "input"}) -> (!sum {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x64x64xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #pair,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 128>}
        : (!int, tensor<1x1x64x64xi8>, tensor<1xf32>) -> !sum loc("pw")
    return %0 : !sum
  }
}

// -----

#pair = #mn.schedule<vector = 8, pixels = 2, channels = 16, unroll = 4, order = panel_outer>
!int = tensor<1x1x2x68xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!sum = tensor<1x1x2x64xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// More of them are bytes.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v3", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 256 : i64}>} {
  // CHECK-LABEL: func.func private @net_pw_2x16_p2_k68_n64_ui8_i8weights(
  // CHECK: %[[BYTES:.*]] = vector.load {{.*}} : memref<4352xi8>, vector<16xi8>
  // CHECK: %[[WEIGHTS:.*]] = arith.extsi %[[BYTES]]
  // CHECK: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"({{.*}}, %[[WEIGHTS]])
  func.func @network(%input: !int {mn.name = "input"}) -> (!sum {mn.name = "pw"}) {
    %filter = mn.constant dense<1> : tensor<1x1x68x64xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #pair,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 128>}
        : (!int, tensor<1x1x68x64xi8>, tensor<1xf32>) -> !sum loc("pw")
    return %0 : !sum
  }
}

// -----

#eight = #mn.schedule<vector = 8, pixels = 1, channels = 8, unroll = 1, order = panel_outer>
!fine = tensor<1x1x1x8xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 3>>
!coarse = tensor<1x1x1x8xui8, #mn.quantization<scale = 7.500000e-01 : f32, zero_point = 128>>

// Both sides of an addition are fractions of twice the larger scale: of that one a half, which is no product.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v3", arch = "x86_64", vector_bits = 256 : i64}>} {
  // CHECK-LABEL: func.func private @net_add_1x8_p1_k8_n8_ui8(
  // CHECK-COUNT-2: arith.muli {{.*}} : vector<4xi64>
  // CHECK: %[[RIGHT:.*]] = arith.shli %{{.*}}, %{{.*}} : vector<8xi32>
  // CHECK-NOT: arith.muli
  // CHECK: %[[FLOOR:.*]] = arith.shrsi %[[RIGHT]],
  // CHECK: %[[ODD:.*]] = arith.andi %[[RIGHT]],
  // CHECK: arith.addi %[[FLOOR]], %[[ODD]]
  func.func @network(%a: !fine {mn.name = "a"}, %b: !coarse {mn.name = "b"}) -> (!coarse {mn.name = "sum"}) {
    %0 = mn.add %a, %b {layout = "nhwc", schedule = #eight,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 8>} : (!fine, !coarse) -> !coarse loc("sum")
    return %0 : !coarse
  }
}
