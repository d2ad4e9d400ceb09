// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @normalize_c1(%image: tensor<1x8x8x3xui8>) -> tensor<1x8x8x3xf32> {
  // expected-error @below {{expects 1 or 3 values a parameter, found 2}}
  %0 = mn.normalize %image scale [1.0, 2.0] offset [0.0] : (tensor<1x8x8x3xui8>) -> tensor<1x8x8x3xf32>
  return %0 : tensor<1x8x8x3xf32>
}

// -----

func.func @normalize_c1(%image: tensor<1x8x8x3xui8>) -> tensor<1x8x8x3xf32> {
  // expected-error @below {{expects 1 or 3 values a parameter, found 0}}
  %0 = mn.normalize %image scale [1.0] offset [] : (tensor<1x8x8x3xui8>) -> tensor<1x8x8x3xf32>
  return %0 : tensor<1x8x8x3xf32>
}

// -----

func.func @tensor_c1(%image: tensor<ui8>) -> tensor<1x8x8x3xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<ui8>'}}
  %0 = mn.normalize %image scale [1.0] offset [0.0] : (tensor<ui8>) -> tensor<1x8x8x3xf32>
  return %0 : tensor<1x8x8x3xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x3xui8>) -> tensor<1x8x8x1xf32> {
  // expected-error @below {{expects the result shape [1, 8, 8, 3], found 'tensor<1x8x8x1xf32>'}}
  %0 = mn.normalize %image scale [1.0] offset [0.0] : (tensor<1x8x8x3xui8>) -> tensor<1x8x8x1xf32>
  return %0 : tensor<1x8x8x1xf32>
}

// -----

func.func @quantized_c9(%image: tensor<1x8x8x3xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x3xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of floats, found 'tensor<1x8x8x3xi8}}
  %0 = mn.normalize %image scale [1.0] offset [0.0]
         : (tensor<1x8x8x3xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x3xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x3xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
