// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @reshape_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x1025xf32> {
  // expected-error @below {{expects a result of 1024 values, found 1025}}
  %0 = mn.flatten %image : (tensor<1x8x8x16xf32>) -> tensor<1x1025xf32>
  return %0 : tensor<1x1025xf32>
}

// -----

func.func @flatten_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x1x1024xf32> {
  // expected-error @below {{expects a result of rank 2, found 'tensor<1x1x1024xf32>'}}
  %0 = mn.flatten %image : (tensor<1x8x8x16xf32>) -> tensor<1x1x1024xf32>
  return %0 : tensor<1x1x1024xf32>
}

// -----

func.func @quantized_c8(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x1024xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of its input's quantization, found 'tensor<1x8x8x16xi8}}
  %0 = mn.flatten %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x1024xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x1024xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
}
