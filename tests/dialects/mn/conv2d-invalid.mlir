// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @filter_channels(%image: tensor<1x8x8x32xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{filter expects 16 input channels, but its input has 32}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x32xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @result_shape(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects the result shape [1, 6, 6, 8], found 'tensor<1x8x8x8xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}
