// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @resize_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x4x4x8xf32> {
  // expected-error @below {{expects an input and a result of rank 4 with equal channels, found 'tensor<1x8x8x16xf32>' and 'tensor<1x4x4x8xf32>'}}
  %0 = mn.resize %image nearest : (tensor<1x8x8x16xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// -----

func.func @resize_c1(%image: tensor<1x16xf32>) -> tensor<1x4x4x16xf32> {
  // expected-error @below {{found 'tensor<1x16xf32>' and 'tensor<1x4x4x16xf32>'}}
  %0 = mn.resize %image nearest : (tensor<1x16xf32>) -> tensor<1x4x4x16xf32>
  return %0 : tensor<1x4x4x16xf32>
}

// -----

func.func @resize_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x4x4x16xf32> {
  // expected-error @below {{expects at most one of align_corners and half_pixel_centers}}
  %0 = mn.resize %image bilinear {align_corners = true, half_pixel_centers = true}
         : (tensor<1x8x8x16xf32>) -> tensor<1x4x4x16xf32>
  return %0 : tensor<1x4x4x16xf32>
}

// -----

func.func @tensor_c1(%image: tensor<1x8x8x16xf32>) -> tensor<2x4x4x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<2x4x4x16xf32>'}}
  %0 = mn.resize %image nearest : (tensor<1x8x8x16xf32>) -> tensor<2x4x4x16xf32>
  return %0 : tensor<2x4x4x16xf32>
}

// -----

func.func @quantized_c8(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x4x4x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of its input's quantization, found 'tensor<1x8x8x16xi8}}
  %0 = mn.resize %image bilinear
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x4x4x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x4x4x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
}
