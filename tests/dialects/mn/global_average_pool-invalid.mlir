// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<8x8x16xf32>) -> tensor<1x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<8x8x16xf32>'}}
  %0 = mn.global_average_pool %image : (tensor<8x8x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects the result shape [1, 16], found 'tensor<1x8xf32>'}}
  %0 = mn.global_average_pool %image : (tensor<1x8x8x16xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x1x2x16xf32> {
  // expected-error @below {{expects the result shape [1, 1, 1, 16], found 'tensor<1x1x2x16xf32>'}}
  %0 = mn.global_average_pool %image : (tensor<1x8x8x16xf32>) -> tensor<1x1x2x16xf32>
  return %0 : tensor<1x1x2x16xf32>
}

// -----

func.func @quantized_c2(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x16xf32> {
  // expected-error @below {{expects integers or floats only, found 'tensor<1x8x8x16xi8}}
  %0 = mn.global_average_pool %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
