// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @quantized_c2(%image: tensor<1x8x8x16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects an input of integers and a result of floats, found 'tensor<1x8x8x16xf32>' and 'tensor<1x8x8x16xf32>'}}
  %0 = mn.dequantize %image
         : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @quantized_c2(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects an input of integers and a result of floats, found 'tensor<1x8x8x16xi8}}
  %0 = mn.dequantize %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}

// -----

func.func @quantized_c1(%image: tensor<1x8x8x16xui8>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects #mn.quantization on a tensor of integers, found 'tensor<1x8x8x16xui8>'}}
  %0 = mn.dequantize %image
         : (tensor<1x8x8x16xui8>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x1024xf32> {
  // expected-error @below {{expects the result shape [1, 8, 8, 16], found 'tensor<1x1024xf32>'}}
  %0 = mn.dequantize %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x1024xf32>
  return %0 : tensor<1x1024xf32>
}
