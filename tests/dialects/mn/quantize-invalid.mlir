// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<2x16xf32>)
    -> tensor<2x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<2x16xf32>'}}
  %0 = mn.quantize %image
         : (tensor<2x16xf32>) -> tensor<2x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<2x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}

// -----

func.func @quantized_c2(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects a result of integers, found 'tensor<1x8x8x16xf32>'}}
  %0 = mn.quantize %image
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @quantized_c1(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x8x8x16xi8> {
  // expected-error @below {{expects #mn.quantization on a tensor of integers, found 'tensor<1x8x8x16xi8>'}}
  %0 = mn.quantize %image
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xi8>
  return %0 : tensor<1x8x8x16xi8>
}

// -----

// The bytes of an image have no scale.
func.func @quantized_c1(%image: tensor<1x8x8x16xui8>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects #mn.quantization on a tensor of integers, found 'tensor<1x8x8x16xui8>'}}
  %0 = mn.quantize %image
         : (tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects the result shape [1, 8, 8, 16], found 'tensor<1x1024xi8}}
  %0 = mn.quantize %image
         : (tensor<1x8x8x16xf32>) -> tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x1024xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}

// -----

func.func @layout_c1(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{found "nchw6c"}}
  %0 = mn.quantize %image {layout = "nchw6c"}
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
