// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --promote-accumulators %s | FileCheck %s

// Between the first store and the last there is nothing but arithmetic.
// CHECK-LABEL: @sum_of_a_block
// CHECK-SAME: (%[[A:.*]]: f32, %[[B:.*]]: f32)
// CHECK: %[[C1:.*]] = arith.constant 1 : index
// CHECK: %[[SUMS:.*]] = memref.alloca
// CHECK-NEXT: %[[ONCE:.*]] = arith.addf %[[A]], %[[B]]
// CHECK-NEXT: %[[TWICE:.*]] = arith.addf %[[ONCE]], %[[B]]
// CHECK-NEXT: memref.store %[[TWICE]], %[[SUMS]][%[[C1]], %[[C1]]]
// CHECK-NEXT: return
func.func @sum_of_a_block(%a: f32, %b: f32) {
  %sums = memref.alloca() : memref<2x2xf32>
  %c1 = arith.constant 1 : index
  %c0 = arith.constant 0 : index
  memref.store %a, %sums[%c1, %c1] : memref<2x2xf32>
  %row = arith.addi %c0, %c1 : index
  %start = memref.load %sums[%row, %c1] : memref<2x2xf32>
  %once = arith.addf %start, %b : f32
  memref.store %once, %sums[%row, %c1] : memref<2x2xf32>
  %next = memref.load %sums[%c1, %row] : memref<2x2xf32>
  %twice = arith.addf %next, %b : f32
  memref.store %twice, %sums[%c1, %c1] : memref<2x2xf32>
  return
}

// A loop may load and store what it likes.
// CHECK-LABEL: @around_a_loop
// CHECK: memref.store
// CHECK: scf.for
// CHECK-NEXT: %[[SUM:.*]] = memref.load
// CHECK-NEXT: arith.addf %[[SUM]], %[[SUM]]
// CHECK-NEXT: memref.store
// CHECK: %[[LAST:.*]] = memref.load
// CHECK-NEXT: return %[[LAST]]
func.func @around_a_loop(%a: f32) -> f32 {
  %sums = memref.alloca() : memref<1x1xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c9 = arith.constant 9 : index
  memref.store %a, %sums[%c0, %c0] : memref<1x1xf32>
  scf.for %i = %c0 to %c9 step %c1 {
    %sum = memref.load %sums[%c0, %c0] : memref<1x1xf32>
    %again = memref.load %sums[%c0, %c0] : memref<1x1xf32>
    %more = arith.addf %sum, %again : f32
    memref.store %more, %sums[%c0, %c0] : memref<1x1xf32>
  }
  %last = memref.load %sums[%c0, %c0] : memref<1x1xf32>
  return %last : f32
}

// Any element may be the one that is stored.
// CHECK-LABEL: @place_at_run_time
// CHECK-COUNT-2: memref.store
// CHECK: memref.load
func.func @place_at_run_time(%a: f32, %b: f32, %row: index) -> f32 {
  %sums = memref.alloca() : memref<2x1xf32>
  %c0 = arith.constant 0 : index
  memref.store %a, %sums[%c0, %c0] : memref<2x1xf32>
  memref.store %b, %sums[%row, %c0] : memref<2x1xf32>
  %sum = memref.load %sums[%c0, %c0] : memref<2x1xf32>
  return %sum : f32
}

// CHECK-LABEL: @buffers_of_others
// CHECK-COUNT-2: memref.store
// CHECK: memref.load
func.func @buffers_of_others(%buffer: memref<1xf32>, %a: f32) -> f32 {
  %c0 = arith.constant 0 : index
  memref.store %a, %buffer[%c0] : memref<1xf32>
  memref.store %a, %buffer[%c0] : memref<1xf32>
  %value = memref.load %buffer[%c0] : memref<1xf32>
  return %value : f32
}

// Words on the stack that vectors walk are no accumulators.
// CHECK-LABEL: @read_as_vectors
// CHECK-COUNT-2: memref.store
func.func @read_as_vectors(%a: i32) -> vector<4xi32> {
  %words = memref.alloca() : memref<4xi32>
  %c0 = arith.constant 0 : index
  memref.store %a, %words[%c0] : memref<4xi32>
  %vector = vector.load %words[%c0] : memref<4xi32>, vector<4xi32>
  memref.store %a, %words[%c0] : memref<4xi32>
  return %vector : vector<4xi32>
}
