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
}
