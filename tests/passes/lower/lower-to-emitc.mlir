// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --lower-to-emitc --split-input-file --verify-diagnostics %s | FileCheck %s

module attributes {mn.stage = "lower"} {
  // Parameters are pointers; the body speaks of them by name.
  // CHECK: emitc.func @net_pw(%{{.*}}: !emitc.ptr<f32> {mn.name = "input"}
  // CHECK: %[[INPUT:.*]] = literal "input" : !emitc.ptr<f32>
  func.func private @net_pw(%input: memref<64xf32> {mn.name = "input"}, %output: memref<64xf32> {mn.name = "output"}) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    // CHECK: literal "f32x8_splat(6.0f)" : !emitc.opaque<"f32x8">
    %six = arith.constant dense<6.0> : vector<8xf32>
    // Accumulators are an array of vectors.
    // CHECK: verbatim "f32x8 sums[4];"
    // CHECK: %[[SUMS:.*]] = literal "sums" : !emitc.array<4x!emitc.opaque<"f32x8">>
    %sums = memref.alloca() {mn.name = "sums"} : memref<4xvector<8xf32>>
    // What machine code unrolls, the C++ compiler is asked to.
    // CHECK: verbatim "#pragma GCC unroll 4"
    // CHECK-NEXT: for
    scf.for %i = %c0 to %c4 step %c1 {
      // CHECK: %[[X:.*]] = call_opaque "f32x8_load"(%[[INPUT]]
      %x = vector.load %input[%c0] : memref<64xf32>, vector<8xf32>
      // CHECK: %[[PLACE:.*]] = subscript %[[SUMS]][%{{.*}}]
      // CHECK: %[[SUM:.*]] = load %[[PLACE]]
      %sum = memref.load %sums[%i] : memref<4xvector<8xf32>>
      // CHECK: %[[FMA:.*]] = call_opaque "fma"(%[[X]], %[[X]], %[[SUM]])
      %fma = vector.fma %x, %x, %sum : vector<8xf32>
      // CHECK: call_opaque "min"(%[[FMA]], %{{.*}})
      %isLess = arith.cmpf olt, %fma, %six : vector<8xf32>
      %clamped = arith.select %isLess, %fma, %six : vector<8xi1>, vector<8xf32>
      // CHECK: assign
      memref.store %clamped, %sums[%i] : memref<4xvector<8xf32>>
    } {mn.unroll}
    // A loop that stays rolled has no pragma.
    // CHECK-NOT: verbatim
    // CHECK: for
    scf.for %i = %c0 to %c4 step %c1 {
      %x = vector.load %input[%i] : memref<64xf32>, vector<8xf32>
      // CHECK: call_opaque "store"
      vector.store %x, %output[%i] : memref<64xf32>, vector<8xf32>
    }
    return
  }
}

// -----

// What has no form in C++ is said, not guessed.
module {
  func.func private @net_strange(%output: memref<8xf32> {mn.name = "output"}) {
    %c0 = arith.constant 0 : index
    %x = vector.load %output[%c0] : memref<8xf32>, vector<8xf32>
    // expected-error@+1 {{'math.absf' has no form in C++}}
    %y = math.absf %x : vector<8xf32>
    vector.store %y, %output[%c0] : memref<8xf32>, vector<8xf32>
    return
  }
}
