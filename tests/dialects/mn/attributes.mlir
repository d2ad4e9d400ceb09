// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK: module attributes {mn.stage = "tile", mn.target = #mn.target<{cpu = "x86-64-v3", vector_bits = 256 : i64}>}
module attributes {mn.stage = "tile", mn.target = #mn.target<{vector_bits = 256 : i64, cpu = "x86-64-v3"}>} {
  // CHECK: schedule = #mn.schedule<vector = 16, pixels = 6, channels = 64, unroll = 4, order = pixel_outer>
  func.func private @schedule() attributes
      {schedule = #mn.schedule<vector = 16, pixels = 6, channels = 64, unroll = 4, order = pixel_outer>}
  // CHECK: placement = #mn.placement<space = arena, index = 0, offset = 16384, bytes = 8192>
  func.func private @arena() attributes
      {placement = #mn.placement<space = arena, index = 0, offset = 16384, bytes = 8192>}
  // CHECK: placement = #mn.placement<space = output, index = 2, offset = 0, bytes = 40>
  func.func private @output() attributes
      {placement = #mn.placement<space = output, index = 2, offset = 0, bytes = 40>}
  // CHECK: numerics = [#mn.numerics<tflm>, #mn.numerics<litert>, #mn.numerics<xnnpack>, #mn.numerics<fast>]
  func.func private @numerics() attributes
      {numerics = [#mn.numerics<tflm>, #mn.numerics<litert>, #mn.numerics<xnnpack>, #mn.numerics<fast>]}
  // CHECK: tensor<1x8xi8, #mn.quantization<scale = 0.0235294122 : f32, zero_point = -128>>
  // CHECK-SAME: tensor<1x8xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 255>>
  func.func private @quantization(tensor<1x8xi8, #mn.quantization<scale = 0.0235294122 : f32, zero_point = -128>>,
                                  tensor<1x8xui8, #mn.quantization<scale = 1.0 : f32, zero_point = 255>>)
}
