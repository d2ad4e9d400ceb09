// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=neoverse-n1" --choose-layouts --choose-tiles %s | FileCheck %s
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=neoverse-v1" --choose-layouts --choose-tiles %s | FileCheck %s --check-prefix=MATRICES
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=cortex-a72" --choose-layouts --choose-tiles %s | FileCheck %s --check-prefix=SIXTEENS
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" --choose-layouts --choose-tiles=explain %s 2>&1 | FileCheck %s --check-prefix=PAIRS
// PAIRS: pixels outermost: 256 KiB of weights, for inputs that are widened first twice L2 is 512 KiB
!in = tensor<1x14x14x512xi8, #mn.quantization<scale = 5.000000e-02 : f32, zero_point = -128>>
!zero = tensor<1x14x14x64xi8, #mn.quantization<scale = 5.000000e-02 : f32, zero_point = 0>>

// CHECK-LABEL: func.func @dense
func.func @dense(%0: !in, %f: tensor<1x1x512x512xi8>, %b: tensor<512xi32>, %s: tensor<512xf32>,
                 %g: tensor<1x1x512x64xi8>, %c: tensor<64xi32>, %t: tensor<1xf32>) -> !zero {
  // 24 sums, inputs of 3 pixels and the four registers of weights that one load fills.
  // CHECK: mn.pointwise_conv2d {{.*}}<vector = 4, pixels = 3, channels = 32,
  // A sum is of two pixels and two channels.
  // MATRICES: mn.pointwise_conv2d {{.*}}<vector = 4, pixels = 4, channels = 16,
  // Each register is a quarter of what makes four sums.
  // SIXTEENS: mn.pointwise_conv2d {{.*}}<vector = 4, pixels = 3, channels = 8,
  // 12 sums, two registers of weights, an input and a product.
  // PAIRS: mn.pointwise_conv2d {{.*}}<vector = 8, pixels = 6, channels = 16, unroll = 4, order = pixel_outer
  %1 = mn.pointwise_conv2d %0, %f bias(%b) scales(%s) activation relu6
      : (!in, tensor<1x1x512x512xi8>, tensor<512xi32>, tensor<512xf32>) -> !in
  // Each pixel has the sum of its inputs too.
  // CHECK: mn.pointwise_conv2d {{.*}}<vector = 4, pixels = 2, channels = 32,
  %2 = mn.pointwise_conv2d %1, %g bias(%c) scales(%t) filter_zero_point 5
      : (!in, tensor<1x1x512x64xi8>, tensor<64xi32>, tensor<1xf32>) -> !zero
  return %2 : !zero
}
