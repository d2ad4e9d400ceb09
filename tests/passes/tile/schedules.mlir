// SPDX-License-Identifier: Apache-2.0
// Tile, layout and unrolling of a 28x28x256 pointwise and a 56x56x128 depthwise layer on every row, with the reasons.
// RUN: %python %S/Inputs/schedules.py %s %source/compiler/targets/targets.json | FileCheck --match-full-lines %s

func.func @network(%small: tensor<1x28x28x128xf32>, %f0: tensor<1x1x128x256xf32>, %f1: tensor<1x1x256x256xf32>,
                   %large: tensor<1x56x56x128xf32>, %f2: tensor<3x3x128x1xf32>) -> tensor<1x256xf32> {
  %0 = mn.pointwise_conv2d %small, %f0 : (tensor<1x28x28x128xf32>, tensor<1x1x128x256xf32>) -> tensor<1x28x28x256xf32>
  %1 = mn.pointwise_conv2d %0, %f1 : (tensor<1x28x28x256xf32>, tensor<1x1x256x256xf32>) -> tensor<1x28x28x256xf32>
  %2 = mn.depthwise_conv2d %large, %f2 padding [1, 1, 1, 1]
      : (tensor<1x56x56x128xf32>, tensor<3x3x128x1xf32>) -> tensor<1x56x56x128xf32>
  %3 = mn.global_average_pool %1 : (tensor<1x28x28x256xf32>) -> tensor<1x256xf32>
  return %3 : tensor<1x256xf32>
}

// CHECK: x86-64: pointwise_conv2d nchw4c 6x8 unroll 2 pixel_outer: 6x8: 12 sums and 4 operands in 16 registers of 4 lanes; a channel takes 12.0 cycles of fma and 8.0 of loads, 12 sums for 3 in flight; 2 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 512 KiB
// CHECK-NEXT: x86-64: depthwise_conv2d nchw4c 7x4 unroll 3 panel_outer: 7x4: 7 sums, 7 inputs and 2 more in 16 registers of 4 lanes; a row of taps takes 21.0 cycles of fma and 12.0 of loads, 7 sums for 3 in flight
// CHECK-NEXT: x86-64-v2: pointwise_conv2d nchw4c 6x8 unroll 4 panel_outer: 6x8: 12 sums and 4 operands in 16 registers of 4 lanes; a channel takes 12.0 cycles of fma and 8.0 of loads, 12 sums for 3 in flight; 4 channels in a row; panels outermost: 256 KiB of weights, 1/4 of L2 is 64 KiB
// CHECK-NEXT: x86-64-v2: depthwise_conv2d nchw4c 7x4 unroll 3 panel_outer: 7x4: 7 sums, 7 inputs and 2 more in 16 registers of 4 lanes; a row of taps takes 21.0 cycles of fma and 12.0 of loads, 7 sums for 3 in flight
// CHECK-NEXT: x86-64-v3: pointwise_conv2d nchw8c 6x16 unroll 4 panel_outer: 6x16: 12 sums and 3 operands in 16 registers of 8 lanes; a channel takes 6.0 cycles of fma and 4.0 of loads, 12 sums for 10 in flight; 4 channels in a row; panels outermost: 256 KiB of weights, 1/4 of L2 is 64 KiB
// CHECK-NEXT: x86-64-v3: depthwise_conv2d nchw8c 7x8 unroll 3 panel_outer: 7x8: 7 sums, 7 inputs and 2 more in 16 registers of 8 lanes; a row of taps takes 10.5 cycles of fma and 6.0 of loads, 7 sums for 10 in flight
// CHECK-NEXT: x86-64-v4: pointwise_conv2d nchw16c 6x64 unroll 4 pixel_outer: 6x64: 24 sums and 5 operands in 32 registers of 16 lanes; a channel takes 24.0 cycles of fma and 5.0 of loads, 24 sums for 4 in flight; 4 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 256 KiB
// CHECK-NEXT: x86-64-v4: depthwise_conv2d nchw16c 14x16 unroll 3 panel_outer: 14x16: 14 sums, 14 inputs and 2 more in 32 registers of 16 lanes; a row of taps takes 42.0 cycles of fma and 9.5 of loads, 14 sums for 4 in flight
// CHECK-NEXT: skylake-avx512: pointwise_conv2d nchw16c 6x64 unroll 16 pixel_outer: 6x64: 24 sums and 5 operands in 32 registers of 16 lanes; a channel takes 12.0 cycles of fma and 5.0 of loads, 24 sums for 8 in flight; 16 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 256 KiB
// CHECK-NEXT: skylake-avx512: depthwise_conv2d nchw16c 14x16 unroll 3 panel_outer: 14x16: 14 sums, 14 inputs and 2 more in 32 registers of 16 lanes; a row of taps takes 21.0 cycles of fma and 9.5 of loads, 14 sums for 8 in flight
// CHECK-NEXT: cascadelake: pointwise_conv2d nchw16c 6x64 unroll 16 pixel_outer: 6x64: 24 sums and 5 operands in 32 registers of 16 lanes; a channel takes 12.0 cycles of fma and 5.0 of loads, 24 sums for 8 in flight; 16 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 256 KiB
// CHECK-NEXT: cascadelake: depthwise_conv2d nchw16c 14x16 unroll 3 panel_outer: 14x16: 14 sums, 14 inputs and 2 more in 32 registers of 16 lanes; a row of taps takes 21.0 cycles of fma and 9.5 of loads, 14 sums for 8 in flight
// CHECK-NEXT: sapphirerapids: pointwise_conv2d nchw16c 6x64 unroll 16 pixel_outer: 6x64: 24 sums and 5 operands in 32 registers of 16 lanes; a channel takes 12.0 cycles of fma and 5.0 of loads, 24 sums for 8 in flight; 16 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 512 KiB
// CHECK-NEXT: sapphirerapids: depthwise_conv2d nchw16c 14x16 unroll 3 panel_outer: 14x16: 14 sums, 14 inputs and 2 more in 32 registers of 16 lanes; a row of taps takes 21.0 cycles of fma and 9.5 of loads, 14 sums for 8 in flight
// CHECK-NEXT: znver4: pointwise_conv2d nchw16c 6x64 unroll 4 panel_outer: 6x64: 24 sums and 5 operands in 32 registers of 16 lanes; a channel takes 24.0 cycles of fma and 10.0 of loads, 24 sums for 4 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: znver4: depthwise_conv2d nchw16c 14x16 unroll 3 panel_outer: 14x16: 14 sums, 14 inputs and 2 more in 32 registers of 16 lanes; a row of taps takes 42.0 cycles of fma and 19.0 of loads, 14 sums for 4 in flight
// CHECK-NEXT: znver5: pointwise_conv2d nchw16c 6x64 unroll 4 panel_outer: 6x64: 24 sums and 5 operands in 32 registers of 16 lanes; a channel takes 12.0 cycles of fma and 5.0 of loads, 24 sums for 8 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: znver5: depthwise_conv2d nchw16c 14x16 unroll 3 panel_outer: 14x16: 14 sums, 14 inputs and 2 more in 32 registers of 16 lanes; a row of taps takes 21.0 cycles of fma and 9.5 of loads, 14 sums for 8 in flight
// CHECK-NEXT: generic: pointwise_conv2d nchw4c 10x8 unroll 4 panel_outer: 10x8: 20 sums and 12 operands in 32 registers of 4 lanes; a channel takes 20.0 cycles of fma and 4.5 of loads, 20 sums for 4 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: generic: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 42.0 cycles of fma and 19.0 of loads, 14 sums for 4 in flight
// CHECK-NEXT: cortex-a35: pointwise_conv2d nchw4c 9x8 unroll 4 panel_outer: 9x8: 18 sums and 13 operands in 32 registers of 4 lanes; a channel takes 36.0 cycles of fma and 8.5 of loads, 18 sums for 5 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: cortex-a35: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 84.0 cycles of fma and 38.0 of loads, 14 sums for 5 in flight
// CHECK-NEXT: cortex-a53: pointwise_conv2d nchw4c 9x8 unroll 4 panel_outer: 9x8: 18 sums and 13 operands in 32 registers of 4 lanes; a channel takes 18.0 cycles of fma and 8.5 of loads, 18 sums for 10 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: cortex-a53: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 42.0 cycles of fma and 38.0 of loads, 14 sums for 10 in flight
// CHECK-NEXT: cortex-a55: pointwise_conv2d nchw4c 9x8 unroll 4 panel_outer: 9x8: 18 sums and 13 operands in 32 registers of 4 lanes; a channel takes 18.0 cycles of fma and 8.5 of loads, 18 sums for 4 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: cortex-a55: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 42.0 cycles of fma and 38.0 of loads, 14 sums for 4 in flight
// CHECK-NEXT: cortex-a72: pointwise_conv2d nchw4c 10x8 unroll 4 panel_outer: 10x8: 20 sums and 12 operands in 32 registers of 4 lanes; a channel takes 20.0 cycles of fma and 4.5 of loads, 20 sums for 3 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: cortex-a72: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 42.0 cycles of fma and 19.0 of loads, 14 sums for 3 in flight
// CHECK-NEXT: cortex-a76: pointwise_conv2d nchw4c 10x8 unroll 4 panel_outer: 10x8: 20 sums and 12 operands in 32 registers of 4 lanes; a channel takes 10.0 cycles of fma and 2.2 of loads, 20 sums for 4 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: cortex-a76: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 21.0 cycles of fma and 9.5 of loads, 14 sums for 4 in flight
// CHECK-NEXT: cortex-a78: pointwise_conv2d nchw4c 10x8 unroll 4 panel_outer: 10x8: 20 sums and 12 operands in 32 registers of 4 lanes; a channel takes 10.0 cycles of fma and 1.5 of loads, 20 sums for 4 in flight; 4 channels in a row; panels outermost, as the row always has it
// CHECK-NEXT: cortex-a78: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 21.0 cycles of fma and 6.3 of loads, 14 sums for 4 in flight
// CHECK-NEXT: neoverse-n1: pointwise_conv2d nchw4c 10x8 unroll 4 pixel_outer: 10x8: 20 sums and 12 operands in 32 registers of 4 lanes; a channel takes 10.0 cycles of fma and 2.2 of loads, 20 sums for 4 in flight; 4 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 256 KiB
// CHECK-NEXT: neoverse-n1: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 21.0 cycles of fma and 9.5 of loads, 14 sums for 4 in flight
// CHECK-NEXT: neoverse-v1: pointwise_conv2d nchw4c 10x8 unroll 4 pixel_outer: 10x8: 20 sums and 12 operands in 32 registers of 4 lanes; a channel takes 5.0 cycles of fma and 1.5 of loads, 20 sums for 8 in flight; 4 channels in a row; pixels outermost: 256 KiB of weights, 1/4 of L2 is 256 KiB
// CHECK-NEXT: neoverse-v1: depthwise_conv2d nchw4c 14x4 unroll 3 panel_outer: 14x4: 14 sums, 14 inputs and 2 more in 32 registers of 4 lanes; a row of taps takes 10.5 cycles of fma and 6.3 of loads, 14 sums for 8 in flight
// CHECK-NEXT: 9 rows differ
