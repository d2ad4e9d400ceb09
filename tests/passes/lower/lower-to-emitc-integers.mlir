// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --lower-to-emitc --split-input-file --verify-diagnostics %s | FileCheck %s

module {
  // Lanes have no sign; what takes them as signed says so.
  // CHECK-LABEL: emitc.func @net_pw
  func.func private @net_pw(%input: memref<64xi8> {mn.name = "input"}, %words: memref<8xi32> {mn.name = "words"},
                            %output: memref<64xi8> {mn.name = "output"}) {
    %c0 = arith.constant 0 : index
    // CHECK: literal "u32x4_splat(-5)" : !emitc.opaque<"u32x4">
    %least = arith.constant dense<-5> : vector<4xi32>
    // CHECK: literal "u8x4{1, 2, 3, 255}" : !emitc.opaque<"u8x4">
    %masks = arith.constant dense<[1, 2, 3, -1]> : vector<4xi8>
    // CHECK: %[[BYTES:.*]] = call_opaque "u8x4_load"
    %bytes = vector.load %input[%c0] : memref<64xi8>, vector<4xi8>
    // CHECK: bitwise_and
    %masked = arith.andi %bytes, %masks : vector<4xi8>
    // CHECK: %[[WIDE:.*]] = call_opaque "convert_signed<u32x4>"
    %wide = arith.extsi %masked : vector<4xi8> to vector<4xi32>
    // CHECK: %[[LARGEST:.*]] = call_opaque "max_signed"(%[[WIDE]], %{{.*}})
    %largest = arith.maxsi %wide, %least : vector<4xi32>
    // CHECK: %[[MASK:.*]] = call_opaque "is_less_signed"(%[[LARGEST]], %[[WIDE]]) : {{.*}} -> !emitc.opaque<"u32x4">
    %isLess = arith.cmpi slt, %largest, %wide : vector<4xi32>
    // CHECK: call_opaque "select"(%[[MASK]], %[[LARGEST]], %[[WIDE]])
    %chosen = arith.select %isLess, %largest, %wide : vector<4xi1>, vector<4xi32>
    // CHECK: call_opaque "__builtin_shufflevector"(%{{.*}}, %{{.*}}) {args = [0 : index, 1 : index, 0 : i32, 4 : i32
    %both = vector.interleave %chosen, %wide : vector<4xi32> -> vector<8xi32>
    // CHECK: call_opaque "convert<u8x8>"
    %narrow = arith.trunci %both : vector<8xi32> to vector<8xi8>
    // An instruction has its own name.
    // CHECK: call_opaque "as<u16x16>"
    // CHECK: %[[SUMS:.*]] = call_opaque "saddlp"
    // CHECK: call_opaque "store"(%{{.*}}, %{{.*}}, %[[SUMS]])
    %wider = vector.bitcast %both : vector<8xi32> to vector<16xi16>
    %first = vector.shuffle %wider, %wider [0, 1, 2, 3, 4, 5, 6, 7] : vector<16xi16>, vector<16xi16>
    %sums = llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%first) : (vector<8xi16>) -> vector<4xi32>
    vector.store %sums, %words[%c0] : memref<8xi32>, vector<4xi32>
    // What nobody reads is left out.
    // CHECK-NOT: saddlp
    %unread = llvm.call_intrinsic "llvm.aarch64.neon.saddlp.v4i32.v8i16"(%first) : (vector<8xi16>) -> vector<4xi32>
    vector.store %narrow, %output[%c0] : memref<64xi8>, vector<8xi8>
    return
  }
}

// -----

module {
  func.func private @net_strange(%output: memref<8xi32> {mn.name = "output"}) {
    %c0 = arith.constant 0 : index
    %x = vector.load %output[%c0] : memref<8xi32>, vector<4xi32>
    // expected-error@+1 {{expects 'ne' or 'slt' between vectors for C++}}
    %mask = arith.cmpi ult, %x, %x : vector<4xi32>
    %y = arith.select %mask, %x, %x : vector<4xi1>, vector<4xi32>
    vector.store %y, %output[%c0] : memref<8xi32>, vector<4xi32>
    return
  }
}
