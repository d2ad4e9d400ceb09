// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --unroll-loops --split-input-file --verify-diagnostics %s | FileCheck %s

// CHECK-LABEL: @fully
// CHECK-NOT: scf.for
// CHECK-COUNT-3: memref.store
// CHECK-NOT: memref.store
func.func @fully(%buffer: memref<3xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    memref.store %value, %buffer[%i] : memref<3xf32>
  } {mn.unroll}
  return
}

// The loop inside goes first, so each copy of the loop around it holds straight-line code.
// CHECK-LABEL: @by_two_around_fully
// CHECK: scf.for
// CHECK-COUNT-4: memref.store
// CHECK-NOT: memref.store
// CHECK-NOT: mn.unroll
func.func @by_two_around_fully(%buffer: memref<8x2xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %j = %c0 to %c2 step %c1 {
      memref.store %value, %buffer[%i, %j] : memref<8x2xf32>
    } {mn.unroll}
  } {mn.unroll = 2 : i64}
  return
}

// CHECK-LABEL: @left_alone
// CHECK: scf.for
// CHECK-COUNT-1: memref.store
func.func @left_alone(%buffer: memref<3xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  scf.for %i = %c0 to %c3 step %c1 {
    memref.store %value, %buffer[%i] : memref<3xf32>
  }
  return
}

// -----

func.func @bounds_at_run_time(%buffer: memref<3xf32>, %value: f32, %end: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  // expected-error @below {{expects constant bounds where 'mn.unroll' asks for full unrolling}}
  scf.for %i = %c0 to %end step %c1 {
    memref.store %value, %buffer[%i] : memref<3xf32>
  } {mn.unroll}
  return
}

// -----

func.func @factor_of_zero(%buffer: memref<3xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  // expected-error @below {{expects 'mn.unroll' to be a unit or a positive integer, found 0 : i64}}
  scf.for %i = %c0 to %c3 step %c1 {
    memref.store %value, %buffer[%i] : memref<3xf32>
  } {mn.unroll = 0 : i64}
  return
}

// -----

func.func @too_many_copies(%buffer: memref<4096xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4096 = arith.constant 4096 : index
  // expected-error @below {{expects 'mn.unroll' to make at most 256 copies, found 4096}}
  scf.for %i = %c0 to %c4096 step %c1 {
    memref.store %value, %buffer[%i] : memref<4096xf32>
  } {mn.unroll}
  return
}

// -----

func.func @too_large_a_factor(%buffer: memref<4096xf32>, %value: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4096 = arith.constant 4096 : index
  // expected-error @below {{expects 'mn.unroll' to make at most 256 copies, found 300}}
  scf.for %i = %c0 to %c4096 step %c1 {
    memref.store %value, %buffer[%i] : memref<4096xf32>
  } {mn.unroll = 300}
  return
}
