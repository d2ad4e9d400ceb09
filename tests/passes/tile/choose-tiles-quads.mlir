// SPDX-License-Identifier: Apache-2.0
// Depthwise layers of integers by quads of input rows, and by pairs of them.
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" --choose-layouts --choose-tiles=explain %s 2>&1 | FileCheck %s --check-prefix=PAIRS
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=x86-64" --choose-layouts --choose-tiles=explain %s 2>&1 | FileCheck %s --check-prefix=SSE
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --choose-tiles=explain %s 2>&1 | FileCheck %s --check-prefix=BYTES
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=neoverse-n1" --choose-storage --choose-layouts --choose-tiles=explain %s 2>&1 | FileCheck %s --check-prefix=ARM
// PAIRS: 1x14x8: 2 pairs of input rows; 6 vectors of inputs, 1 of sums and 6 of weights for 16 registers of 8 lanes
// PAIRS: 1x14x8: 3 pairs of input rows; 15 vectors of inputs, 1 of sums and 0 of weights for 16 registers of 8 lanes; weights are loaded where they are used
// PAIRS: 1x14x8: 2 pairs of input rows
// PAIRS: mn.depthwise_conv2d {{.*}}<vector = 8, pixels = 14, channels = 8, unroll = 9, order = panel_outer>
// PAIRS: mn.depthwise_conv2d {{.*}}<vector = 8, pixels = 14, channels = 8, unroll = 25, order = panel_outer>
// SSE: 1x14x4: 2 pairs of input rows; 6 vectors of inputs, 1 of sums and 6 of weights for 16 registers of 4 lanes
// SSE: mn.depthwise_conv2d {{.*}}<vector = 4, pixels = 14, channels = 4, unroll = 9, order = panel_outer>
// BYTES: 2x7x16: 1 quads of input rows; 12 vectors of inputs, 4 of sums and 0 of weights for 32 registers of 16 lanes; weights are loaded where they are used
// BYTES: 1x7x16: 2 quads of input rows; 40 vectors of inputs
// BYTES: mn.depthwise_conv2d {{.*}}<vector = 16, pixels = 7, channels = 16, unroll = 9, order = panel_outer, rows = 2>
// ARM: 2x14x4: 1 quads of input rows; 6 vectors of inputs, 2 of sums and 12 of weights for 32 registers of 4 lanes
// ARM: 1x14x4: 2 quads of input rows; 20 vectors of inputs, 2 of sums and 0 of weights for 32 registers of 4 lanes; weights are loaded where they are used
// ARM: 1x14x4: 1 quads of input rows; 12 vectors of inputs, 4 of sums and 12 of weights for 32 registers of 4 lanes
!in = tensor<1x28x28x64xui8, #mn.quantization<scale = 5.000000e-02 : f32, zero_point = 0>>
!half = tensor<1x14x14x64xui8, #mn.quantization<scale = 5.000000e-02 : f32, zero_point = 0>>

func.func @depthwise(%0: !in, %f: tensor<3x3x64x1xi8>, %g: tensor<5x5x64x1xi8>, %b: tensor<64xi32>, %s: tensor<64xf32>) -> !half {
  %1 = mn.depthwise_conv2d %0, %f bias(%b) scales(%s) padding [1, 1, 1, 1] : (!in, tensor<3x3x64x1xi8>, tensor<64xi32>, tensor<64xf32>) -> !in
  // Weights of 5x5 are more than registers hold.
  %2 = mn.depthwise_conv2d %1, %g bias(%b) scales(%s) padding [2, 2, 2, 2] : (!in, tensor<5x5x64x1xi8>, tensor<64xi32>, tensor<64xf32>) -> !in
  %3 = mn.depthwise_conv2d %2, %f bias(%b) scales(%s) strides [2, 2] padding [0, 1, 0, 1] : (!in, tensor<3x3x64x1xi8>, tensor<64xi32>, tensor<64xf32>) -> !half
  return %3 : !half
}
