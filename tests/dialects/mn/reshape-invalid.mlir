// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<1x8x8x16xf32>) -> tensor<2x512xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<2x512xf32>'}}
  %0 = mn.reshape %image : (tensor<1x8x8x16xf32>) -> tensor<2x512xf32>
  return %0 : tensor<2x512xf32>
}

// -----

func.func @tensor_c1(%image: tensor<f32>) -> tensor<1x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<f32>'}}
  %0 = mn.reshape %image : (tensor<f32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// -----

func.func @reshape_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x1023xf32> {
  // expected-error @below {{expects a result of 1024 values, found 1023}}
  %0 = mn.reshape %image : (tensor<1x8x8x16xf32>) -> tensor<1x1023xf32>
  return %0 : tensor<1x1023xf32>
}

// -----

func.func @layout_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x1024xf32> {
  // expected-error @below {{found "NHWC"}}
  %0 = mn.reshape %image {layout = "NHWC"} : (tensor<1x8x8x16xf32>) -> tensor<1x1024xf32>
  return %0 : tensor<1x1024xf32>
}

// -----

func.func @quantized_c8(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x64x1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of its input's quantization, found 'tensor<1x8x8x16xi8}}
  %0 = mn.reshape %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x64x1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x64x1x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
}
