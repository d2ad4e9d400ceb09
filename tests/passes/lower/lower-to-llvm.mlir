// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --lower-to-llvm --split-input-file --verify-diagnostics %s | FileCheck %s

module attributes {mn.name = "net", mn.stage = "lower", mn.arena_bytes = 64 : i64, mn.options = {hooks},
    mn.target = #mn.target<{cpu = "x86-64-v3", llvm_cpu = "x86-64-v3", features = "-avx512f",
                            triple = "x86_64-none-elf", vector_bits = 256 : i64, noredzone_on_bare_metal = true}>,
    mn.inputs = [{name = "input", type = tensor<1x8xf32>}], mn.outputs = [{name = "out", type = tensor<1x8xf32>}],
    mn.weights = dense<1.0> : tensor<16xf32>} {
  // The bytes come later; the section is the weights' own.
  // CHECK: llvm.mlir.global external hidden constant @net_weights() {
  // CHECK-SAME: section = ".rodata.net_weights"
  // CHECK-SAME: !llvm.array<64 x i8>

  // One call works in place, so neither of these two pointers is noalias; the weights are.
  // CHECK: llvm.func internal @net_scale(
  // CHECK-SAME: !llvm.ptr {llvm.align = 4 : i64, llvm.nonnull, llvm.noundef}
  // CHECK-SAME: !llvm.ptr {llvm.align = 32 : i64, llvm.noalias, llvm.nonnull, llvm.noundef}
  // CHECK-SAME: !llvm.ptr {llvm.align = 4 : i64, llvm.nonnull, llvm.noundef}
  // CHECK-SAME: no_inline, no_unwind
  // CHECK-SAME: "no-builtins", "no-realign-stack", ["prefer-vector-width", "256"], ["min-legal-vector-width", "256"]
  // CHECK-SAME: "noredzone"
  // CHECK-SAME: target_cpu = "x86-64-v3"
  // CHECK-SAME: target_features = #llvm.target_features<["-avx512f"]>
  func.func private @net_scale(%input: memref<8xf32> {mn.name = "input"}, %weights: memref<8xf32> {mn.name = "weights"},
                               %output: memref<8xf32> {mn.name = "output"}) {
    // CHECK: llvm.alloca {{.*}} x vector<8xf32> {alignment = 16 : i64}
    // CHECK: llvm.store {{.*}} {alignment = 16 : i64} : vector<8xf32>
    // CHECK: llvm.intr.fma(
    // CHECK-NOT: fmuladd
    %c0 = arith.constant 0 : index
    %sums = memref.alloca() : memref<1xvector<8xf32>>
    %0 = vector.load %weights[%c0] : memref<8xf32>, vector<8xf32>
    memref.store %0, %sums[%c0] : memref<1xvector<8xf32>>
    %1 = vector.load %input[%c0] : memref<8xf32>, vector<8xf32>
    %2 = memref.load %sums[%c0] : memref<1xvector<8xf32>>
    %3 = vector.fma %0, %1, %2 : vector<8xf32>
    vector.store %3, %output[%c0] : memref<8xf32>, vector<8xf32>
    return
  }

  // Of a part or a row the end is known.
  // CHECK: llvm.func internal @net_part(
  // CHECK-SAME: i64 {llvm.noundef, llvm.range = #llvm.constant_range<i64, 0, 3>}
  func.func private @net_part(%input: memref<8xf32>, %output: memref<8xf32>, %part: index) {
    return
  }
  // CHECK: llvm.func internal @net_strip(
  // CHECK-SAME: i64 {llvm.noundef, llvm.range = #llvm.constant_range<i64, 0, 2147483648>}
  func.func private @net_strip(%input: memref<8xf32>, %output: memref<8xf32>, %row: index) {
    return
  }
  func.func private @net_chain(%input: memref<8xf32>, %output: memref<8xf32>) {
    %c4 = arith.constant 4 : index
    func.call @net_strip(%input, %output, %c4) : (memref<8xf32>, memref<8xf32>, index) -> ()
    return
  }

  // CHECK: llvm.func @net_run(%[[INPUT:.*]]: !llvm.ptr, %[[OUTPUT:.*]]: !llvm.ptr, %[[ARENA:.*]]: !llvm.ptr, %[[HOOKS:.*]]: !llvm.ptr) -> i32
  // CHECK: llvm.mlir.constant(-1 : i32)
  // CHECK: llvm.mlir.constant(-2 : i32)
  // CHECK: %[[WEIGHTS:.*]] = llvm.mlir.addressof @net_weights
  // CHECK: llvm.call @net_scale(%[[INPUT]], %[[WEIGHTS]], %[[ARENA]])
  // CHECK: llvm.call %{{.*}}(%{{.*}}, %{{.*}}, %[[ARENA]]) : !llvm.ptr, (!llvm.ptr, i32, !llvm.ptr) -> ()
  // CHECK: %[[SECOND:.*]] = llvm.getelementptr inbounds %[[WEIGHTS]][32]
  // CHECK: llvm.call @net_scale(%[[ARENA]], %[[SECOND]], %[[ARENA]])
  // CHECK: llvm.call @net_scale(%[[ARENA]], %[[WEIGHTS]], %[[OUTPUT]])
  func.func @network() {
    mn.call @net_scale "first" [#mn.buffer<space = input, index = 0, offset = 0>,
        #mn.buffer<space = weights, index = 0, offset = 0>, #mn.buffer<space = arena, index = 0, offset = 0>]
    mn.call @net_scale "second" [#mn.buffer<space = arena, index = 0, offset = 0>,
        #mn.buffer<space = weights, index = 0, offset = 32>, #mn.buffer<space = arena, index = 0, offset = 0>]
    mn.call @net_scale "third" [#mn.buffer<space = arena, index = 0, offset = 0>,
        #mn.buffer<space = weights, index = 0, offset = 0>, #mn.buffer<space = output, index = 0, offset = 0>]
    mn.call @net_part "cut" [#mn.buffer<space = input, index = 0, offset = 0>,
        #mn.buffer<space = output, index = 0, offset = 0>]
        {schedule = #mn.schedule<vector = 8, pixels = 1, channels = 8, unroll = 1, order = panel_outer, parts = 3, split = pixels>}
    mn.call @net_chain "chain" [#mn.buffer<space = input, index = 0, offset = 0>,
        #mn.buffer<space = output, index = 0, offset = 0>]
    return
  }
}

// -----

// expected-error @below {{expects '@network', 'mn.target', 'mn.inputs' and 'mn.outputs' from lower-to-kernels}}
module attributes {mn.name = "net"} {
}
