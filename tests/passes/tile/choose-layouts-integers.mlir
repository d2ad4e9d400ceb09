// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --choose-layouts %s | FileCheck %s

// Integers fill lines of 64 bytes; where channels are no multiple of that, one block holds all of them in whole registers
// of 16.
!in = tensor<1x4x4x3xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!narrow = tensor<1x4x4x24xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!wide = tensor<1x4x4x128xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
!floats = tensor<1x4x4x24xf32>
!out = tensor<1x128xui8, #mn.quantization<scale = 1.000000e+00 : f32, zero_point = 0>>
module attributes {mn.target = #mn.target<{arch = "x86_64", int8_product = "vpdpbusd", vector_bits = 512 : i64}>} {
  // CHECK-LABEL: func.func @blocks
  func.func @blocks(%input: !in) -> !out {
    %s = mn.constant dense<1.0> : tensor<1xf32>
    %w0 = mn.constant dense<1> : tensor<1x1x3x24xi8>
    %w1 = mn.constant dense<1> : tensor<1x1x24x128xi8>
    // CHECK: mn.pointwise_conv2d {{.*}} {layout = "nchw32c"}
    %0 = mn.pointwise_conv2d %input, %w0 scales(%s) : (!in, tensor<1x1x3x24xi8>, tensor<1xf32>) -> !narrow
    // CHECK: mn.pointwise_conv2d {{.*}} {layout = "nchw64c"}
    %1 = mn.pointwise_conv2d %0, %w1 scales(%s) : (!narrow, tensor<1x1x24x128xi8>, tensor<1xf32>) -> !wide
    // CHECK: mn.global_average_pool {{.*}} {layout = "nhwc"}
    %2 = mn.global_average_pool %1 : (!wide) -> !out
    return %2 : !out
  }

  // Integers made of floats lie as the floats do, and what is made of them goes to the layout of its own result.
  // CHECK-LABEL: func.func @conversions
  func.func @conversions(%input: !floats) -> !floats {
    // CHECK: mn.relu6 {{.*}} {layout = "nchw16c"}
    %0 = mn.relu6 %input : (!floats) -> !floats
    // CHECK-NEXT: mn.quantize {{.*}} {layout = "nchw16c"}
    %1 = mn.quantize %0 : (!floats) -> !narrow
    // CHECK-NEXT: mn.dequantize {{.*}} {layout = "nchw16c"}
    %2 = mn.dequantize %1 : (!narrow) -> !floats
    // CHECK: mn.relu
    %3 = mn.relu %2 : (!floats) -> !floats
    return %3 : !floats
  }
}
