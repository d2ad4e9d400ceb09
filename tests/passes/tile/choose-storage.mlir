// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --choose-storage --split-input-file %s | FileCheck %s

// x86 multiplies bytes without a sign: what lies between is ui8, its zero points moved by 128. Argument and result of the
// network keep their types.
!int = tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -128>>
// CHECK-LABEL: func.func @network
// CHECK-SAME: (%[[INPUT:.*]]: tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -128>>)
module attributes {mn.target = #mn.target<{arch = "x86_64", int8_product = "vpdpbusd", vector_bits = 512 : i64}>} {
  func.func @network(%input: !int) -> !int {
    %w = mn.constant dense<1> : tensor<1x1x16x16xi8>
    %s = mn.constant dense<0.5> : tensor<1xf32>
    // CHECK: %[[STORED:.*]] = mn.quantize %[[INPUT]] : {{.*}} -> tensor<1x4x4x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>
    // CHECK: %[[CONV:.*]] = mn.pointwise_conv2d %[[STORED]]
    // CHECK-SAME: float_product = false, stored_shift = 128 : i64
    // CHECK-SAME: -> tensor<1x4x4x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>
    %0 = mn.pointwise_conv2d %input, %w scales(%s) : (!int, tensor<1x1x16x16xi8>, tensor<1xf32>) -> !int
    // CHECK: %[[POOL:.*]] = mn.average_pool %[[CONV]] {{.*}}{stored_shift = 128 : i64}
    %1 = mn.average_pool %0 pool_size [3, 3] padding [1, 1, 1, 1] : (!int) -> !int
    // CHECK: %[[RESULT:.*]] = mn.quantize %[[POOL]] : {{.*}} -> tensor<1x4x4x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -128>>
    // CHECK: return %[[RESULT]]
    return %1 : !int
  }
}

// -----

// NEON multiplies bytes with a sign. Layers of uint8 multiply their scales in float, whatever becomes of their type.
!byte = tensor<1x8xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 3>>
// CHECK-LABEL: func.func @bytes
module attributes {mn.target = #mn.target<{arch = "aarch64", int8_product = "sdot", vector_bits = 128 : i64}>} {
  func.func @bytes(%input: !byte) -> !byte {
    %w = mn.constant dense<1> : tensor<8x8xi8>
    %s = mn.constant dense<0.5> : tensor<1xf32>
    // CHECK: mn.quantize {{.*}} -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -125>>
    // CHECK: mn.fully_connected {{.*}}float_product = true, stored_shift = -128 : i64
    // CHECK-SAME: -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -125>>
    %0 = mn.fully_connected %input, %w scales(%s) : (!byte, tensor<8x8xi8>, tensor<1xf32>) -> !byte
    return %0 : !byte
  }
}

// -----

// A change of type that both sides are stored alike for is none.
!given = tensor<1x8xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 131>>
!own = tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 3>>
// CHECK-LABEL: func.func @changed
// CHECK-SAME: (%[[INPUT:.*]]: tensor<1x8xui8
module attributes {mn.target = #mn.target<{arch = "x86_64", int8_product = "vpdpbusd", vector_bits = 512 : i64}>} {
  func.func @changed(%input: !given) -> tensor<1x8xf32> {
    // CHECK-NEXT: %[[SUM:.*]] = mn.add %[[INPUT]], %[[INPUT]]
    // CHECK-NEXT: mn.dequantize %[[SUM]]
    %0 = mn.quantize %input : (!given) -> !own
    %1 = mn.add %0, %0 : (!own, !own) -> !own
    %2 = mn.dequantize %1 : (!own) -> tensor<1x8xf32>
    return %2 : tensor<1x8xf32>
  }
}

// -----

// A network of floats stays as it is.
// CHECK-LABEL: func.func @floats
module attributes {mn.target = #mn.target<{arch = "x86_64", vector_bits = 512 : i64}>} {
  func.func @floats(%input: tensor<1x8xf32>) -> tensor<1x8xf32> {
    // CHECK-NEXT: mn.relu
    // CHECK-NEXT: return
    %0 = mn.relu %input : (tensor<1x8xf32>) -> tensor<1x8xf32>
    return %0 : tensor<1x8xf32>
  }
}
