// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pack-weights --split-input-file --verify-diagnostics %s | FileCheck %s

#panels = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 1, order = panel_outer>
!int = tensor<1x1x1x4xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 2>>

// Words first: the bias less what the input's zero point adds (10 - 2 * (1 + 2 + 3 + 4) = -10), rounded up to 16; the
// multipliers 2^30 with a right shift of 0, for a factor of one half; then groups of four input channels side by side.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "pw"}) {
    %filter = mn.constant dense<[[[[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [4, 4, 4, 4]]]]> : tensor<1x1x4x4xi8>
    %bias = mn.constant dense<10> : tensor<4xi32>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter bias(%bias) scales(%scales) {layout = "nhwc", schedule = #panels,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 4>}
        : (!int, tensor<1x1x4x4xi8>, tensor<4xi32>, tensor<1xf32>) -> !int loc("pw")
    return %0 : !int
  }
}
// CHECK: "0x40000000{{(F6FFFFFF){4}(00000000){12}(00000040){4}(00000000){4}(00000000){8}(01020304){4}"$}}

// -----

#wide = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 1, order = panel_outer>
!sum = tensor<1x4xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Sums that might not fit are refused.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  func.func @network(%input: !sum {mn.name = "input"}) -> (!sum {mn.name = "fc"}) {
    %filter = mn.constant dense<1> : tensor<4x4xi8>
    %bias = mn.constant dense<2147483647> : tensor<4xi32>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    // expected-error@+1 {{expects sums that 32 bits hold and round, but those of output channel 0 may reach 2147485687}}
    %0 = mn.fully_connected %input, %filter bias(%bias) scales(%scales) {layout = "nhwc", schedule = #wide,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 4>}
        : (!sum, tensor<4x4xi8>, tensor<4xi32>, tensor<1xf32>) -> !sum
    return %0 : !sum
  }
}

// -----

#wide = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 1, order = panel_outer>
!sum = tensor<1x4xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Results that 32 bits do not hold would be cut to the wrong end of a byte.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-n1", arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  func.func @network(%input: !sum {mn.name = "input"}) -> (!sum {mn.name = "fc"}) {
    %filter = mn.constant dense<1> : tensor<4x4xi8>
    %bias = mn.constant dense<300000000> : tensor<4xi32>
    %scales = mn.constant dense<8.0> : tensor<1xf32>
    // expected-error@+1 {{expects results of at most 1.073742e+09, but those of output channel 0 may reach 2.400016e+09}}
    %0 = mn.fully_connected %input, %filter bias(%bias) scales(%scales) {layout = "nhwc", schedule = #wide,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 4>}
        : (!sum, tensor<4x4xi8>, tensor<4xi32>, tensor<1xf32>) -> !sum
    return %0 : !sum
  }
}

// -----

#panels = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = 16, order = panel_outer>
!int = tensor<1x1x2x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!sum = tensor<1x1x2x4xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Matrices hold eight channels of two outputs: the lower half of 16 channels, then the upper one.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "neoverse-v1", arch = "aarch64", int8_product = "smmla", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!sum {mn.name = "pw"}) {
    %filter = mn.constant dense<[[[[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [4, 4, 4, 4], [5, 5, 5, 5], [6, 6, 6, 6], [7, 7, 7, 7], [8, 8, 8, 8], [9, 9, 9, 9], [10, 10, 10, 10], [11, 11, 11, 11], [12, 12, 12, 12], [13, 13, 13, 13], [14, 14, 14, 14], [15, 15, 15, 15], [16, 16, 16, 16]]]]>
        : tensor<1x1x16x4xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #panels,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 8>}
        : (!int, tensor<1x1x16x4xi8>, tensor<1xf32>) -> !sum loc("pw")
    return %0 : !sum
  }
}
// CHECK: "0x40000000{{(00000000){16}(00000040){4}(00000000){4}(00000000){8}(0102030405060708){4}(090A0B0C0D0E0F10){4}"$}}

// -----

#panels = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = 16, order = panel_outer>
!int = tensor<1x1x2x16xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!sum = tensor<1x1x2x4xi8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Lane by lane, 16 channels of one output fill a register.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "cortex-a72", arch = "aarch64", int8_product = "smull", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!sum {mn.name = "pw"}) {
    %filter = mn.constant dense<[[[[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [4, 4, 4, 4], [5, 5, 5, 5], [6, 6, 6, 6], [7, 7, 7, 7], [8, 8, 8, 8], [9, 9, 9, 9], [10, 10, 10, 10], [11, 11, 11, 11], [12, 12, 12, 12], [13, 13, 13, 13], [14, 14, 14, 14], [15, 15, 15, 15], [16, 16, 16, 16]]]]>
        : tensor<1x1x16x4xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #panels,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 8>}
        : (!int, tensor<1x1x16x4xi8>, tensor<1xf32>) -> !sum loc("pw")
    return %0 : !sum
  }
}
// CHECK: "0x40000000{{(00000000){16}(00000040){4}(00000000){4}(00000000){8}(0102030405060708090A0B0C0D0E0F10){4}"$}}

// -----

#pair = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = 4, order = panel_outer>
!int = tensor<1x1x2x4xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Few weights that pairs of several pixels take are words in memory: of the even channels, then of the odd ones.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "pw"}) {
    %filter = mn.constant dense<[[[[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [-4, -4, -4, -4]]]]> : tensor<1x1x4x4xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #pair,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 8>}
        : (!int, tensor<1x1x4x4xi8>, tensor<1xf32>) -> !int loc("pw")
    return %0 : !int
  }
}
// CHECK: "0x40000000{{(00000000){16}(0000003F){4}(00000000){12}(01000300){4}(0200FCFF){4}"$}}

// -----

#pair = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 4, order = panel_outer>
!int = tensor<1x1x1x4xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// Those that are read once stay bytes.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64-v2", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!int {mn.name = "pw"}) {
    %filter = mn.constant dense<[[[[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3], [-4, -4, -4, -4]]]]> : tensor<1x1x4x4xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.pointwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #pair,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 4>}
        : (!int, tensor<1x1x4x4xi8>, tensor<1xf32>) -> !int loc("pw")
    return %0 : !int
  }
}
// CHECK: "0x40000000{{(00000000){16}(0000003F){4}(00000000){12}(0103){4}(02FC){4}"$}}

// -----

#rows = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 1, order = panel_outer>
!int = tensor<1x2x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!sum = tensor<1x1x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// By pairs of rows on SSE: four channels of one tap, then of the next, as bytes.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!sum {mn.name = "dw"}) {
    %filter = mn.constant dense<"0x0101010101010101010101010101010102020202020202020202020202020202"> : tensor<2x1x16x1xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.depthwise_conv2d %input, %filter scales(%scales) {layout = "nhwc", schedule = #rows,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<2x1x16x1xi8>, tensor<1xf32>) -> !sum loc("dw")
    return %0 : !sum
  }
}
// CHECK: "0x{{.*(0000003F){16}.*((01){4}(02){4}){4}"$}}

// -----

#rows = #mn.schedule<vector = 4, pixels = 1, channels = 4, unroll = 1, order = panel_outer>
!int = tensor<1x2x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!sum = tensor<1x1x1x16xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>

// As words, less the zero point of the filter.
module attributes {mn.name = "net", mn.stage = "tile", mn.arena_bytes = 64 : i64,
                   mn.target = #mn.target<{cpu = "x86-64", arch = "x86_64", int8_product = "pmaddwd", vector_bits = 128 : i64}>} {
  func.func @network(%input: !int {mn.name = "input"}) -> (!sum {mn.name = "dw"}) {
    %filter = mn.constant dense<"0x0101010101010101010101010101010102020202020202020202020202020202"> : tensor<2x1x16x1xi8>
    %scales = mn.constant dense<0.5> : tensor<1xf32>
    %0 = mn.depthwise_conv2d %input, %filter scales(%scales) filter_zero_point 3 {layout = "nhwc", schedule = #rows,
        numerics = #mn.numerics<xnnpack>, placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 16>}
        : (!int, tensor<2x1x16x1xi8>, tensor<1xf32>) -> !sum loc("dw")
    return %0 : !sum
  }
}
// CHECK: "0x{{.*(0000003F){16}.*((FEFF){4}(FFFF){4}){4}"$}}
