// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func private @kernel(memref<32xf32>)
func.func @call_c1() {
  // expected-error @below {{expects buffers '#mn.buffer<...>', found [64]}}
  mn.call @kernel "relu_1" [64]
  return
}

// -----

func.func private @kernel()
func.func @call_c1() {
  // expected-error @below {{expects buffers '#mn.buffer<...>', found []}}
  mn.call @kernel "relu_1" []
  return
}

// -----

func.func @call_c2() {
  // expected-error @below {{expects the kernel 'kernel' to be a function of the module}}
  mn.call @kernel "relu_1" [#mn.buffer<space = arena, index = 0, offset = 0>]
  return
}

// -----

func.func private @kernel(memref<32xf32>)
func.func @call_c3() {
  // expected-error @below {{passes 2 buffers, but kernel 'kernel' expects 1 arguments}}
  mn.call @kernel "relu_1" [#mn.buffer<space = arena, index = 0, offset = 0>,
                            #mn.buffer<space = arena, index = 0, offset = 0>]
  return
}

// -----

func.func private @kernel(memref<32xf32>)
func.func @call_c3() {
  // expected-error @below {{passes 1 buffers and a part, but kernel 'kernel' expects 1 arguments}}
  mn.call @kernel "relu_1" [#mn.buffer<space = arena, index = 0, offset = 0>] {
      schedule = #mn.schedule<vector = 8, pixels = 1, channels = 8, unroll = 1, order = panel_outer, parts = 2>}
  return
}

// -----

func.func private @kernel(memref<32xf32>)
func.func @buffer_c1() {
  // expected-error @below {{buffer expects an index and an offset of at least 0, found -64}}
  mn.call @kernel "relu_1" [#mn.buffer<space = arena, index = 0, offset = -64>]
  return
}

// -----

module attributes {mn.outputs = [{name = "relu_1", type = tensor<1x32xf32>}]} {
  func.func private @kernel(memref<32xf32>)
  func.func @call_c4() {
    // expected-error @below {{expects one of the network's 1 outputs, found #mn.buffer<space = output, index = 1, offset = 0>}}
    mn.call @kernel "relu_1" [#mn.buffer<space = output, index = 1, offset = 0>]
    return
  }
}
