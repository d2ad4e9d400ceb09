// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --plan-arena --check-arena --split-input-file %s | FileCheck %s

// A chain needs its largest neighbours only: 256 + 128 bytes. The last tensor is written into the caller's output.
// CHECK: mn.arena_bytes = 384 : i64
module {
  func.func @chain(%x: tensor<1x8xf32>, %a: tensor<8x64xf32>, %b: tensor<64x32xf32>, %c: tensor<32x16xf32>) -> tensor<1x16xf32> {
    // CHECK: placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 256>
    %0 = mn.fully_connected %x, %a : (tensor<1x8xf32>, tensor<8x64xf32>) -> tensor<1x64xf32>
    // CHECK: placement = #mn.placement<space = arena, index = 0, offset = 256, bytes = 128>
    %1 = mn.fully_connected %0, %b : (tensor<1x64xf32>, tensor<64x32xf32>) -> tensor<1x32xf32>
    // CHECK: placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>
    %2 = mn.fully_connected %1, %c : (tensor<1x32xf32>, tensor<32x16xf32>) -> tensor<1x16xf32>
    return %2 : tensor<1x16xf32>
  }
}

// -----

// An elementwise layer overwrites the operand that dies there; the skip tensor of a residual block is overwritten by its
// sum; the tensor that is still read is not.
// CHECK: mn.arena_bytes = 512 : i64
module {
  func.func @in_place(%x: tensor<1x8xf32>, %a: tensor<8x64xf32>, %b: tensor<64x64xf32>) -> tensor<1x64xf32> {
    // CHECK: mn.fully_connected {{.*}}offset = 0, bytes = 256>
    %0 = mn.fully_connected %x, %a : (tensor<1x8xf32>, tensor<8x64xf32>) -> tensor<1x64xf32>
    // CHECK: mn.relu {{.*}}offset = 0, bytes = 256>
    %1 = mn.relu %0 : (tensor<1x64xf32>) -> tensor<1x64xf32>
    // CHECK: mn.sigmoid {{.*}}offset = 256, bytes = 256>
    %2 = mn.sigmoid %1 : (tensor<1x64xf32>) -> tensor<1x64xf32>
    // CHECK: mn.fully_connected {{.*}} skip({{.*}}offset = 0, bytes = 256>
    %3 = mn.fully_connected %2, %b skip(%1) : (tensor<1x64xf32>, tensor<64x64xf32>, tensor<1x64xf32>) -> tensor<1x64xf32>
    // CHECK: space = output
    %4 = mn.fully_connected %3, %b : (tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>
    return %4 : tensor<1x64xf32>
  }
}

// -----

// Padded channels count: 5 channels in blocks of 4 are 8 channels, 2x2x8x4 bytes.
// CHECK: mn.arena_bytes = 128 : i64
module {
  func.func @padded(%x: tensor<1x2x2x5xf32>) -> tensor<1x2x2x5xf32> {
    %0 = mn.relu %x {layout = "nchw4c"} : (tensor<1x2x2x5xf32>) -> tensor<1x2x2x5xf32>
    %1 = mn.relu6 %0 {layout = "nhwc"} : (tensor<1x2x2x5xf32>) -> tensor<1x2x2x5xf32>
    return %1 : tensor<1x2x2x5xf32>
  }
}

// -----

// A chain overwrites what it began with and adds in the end: each row has been read by then. Its rings lie beside it.
// CHECK: mn.arena_bytes = 4096 : i64
module {
  func.func @chain_in_place(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    // CHECK: mn.relu {{.*}}offset = 0, bytes = 2048>
    %0 = mn.relu %x : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %1 = mn.fused %0 strips [1, 1, 1] rings [3, 1] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    ^bb0(%in: tensor<1x8x8x8xf32>):
      %e = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
      // CHECK: mn.pointwise_conv2d {{.*}}bytes = 1536>
      %2 = mn.pointwise_conv2d %in, %e : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
      %d = mn.constant dense<1.0> : tensor<3x3x16x1xf32>
      // CHECK: mn.depthwise_conv2d {{.*}}bytes = 512>
      %3 = mn.depthwise_conv2d %2, %d padding [1, 1, 1, 1] : (tensor<1x8x8x16xf32>, tensor<3x3x16x1xf32>) -> tensor<1x8x8x16xf32>
      %p = mn.constant dense<1.0> : tensor<1x1x16x8xf32>
      // CHECK: mn.pointwise_conv2d {{.*}} skip({{.*}}offset = 0, bytes = 2048>
      %4 = mn.pointwise_conv2d %3, %p skip(%in) : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
      mn.yield %4 : tensor<1x8x8x8xf32>
    }
    // CHECK: mn.softmax {{.*}}offset = 2048, bytes = 2048>
    %5 = mn.softmax %1 : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %6 = mn.add %5, %1 : (tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    return %6 : tensor<1x8x8x8xf32>
  }
}
