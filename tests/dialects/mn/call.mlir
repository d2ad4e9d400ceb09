// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

func.func private @net_relu_k32_f32(memref<32xf32>, memref<32xf32>)

// CHECK-LABEL: func.func @network(
func.func @network() {
  // CHECK: mn.call @net_relu_k32_f32 "relu_1" [#mn.buffer<space = input, index = 1, offset = 0>, #mn.buffer<space = arena, index = 0, offset = 128>]
  // CHECK-SAME: {layout = "nchw16c", type = tensor<1x1x1x32xf32>}
  mn.call @net_relu_k32_f32 "relu_1" [#mn.buffer<space = input, index = 1, offset = 0>,
                                      #mn.buffer<space = arena, index = 0, offset = 128>]
          {layout = "nchw16c", type = tensor<1x1x1x32xf32>}
  return
}
