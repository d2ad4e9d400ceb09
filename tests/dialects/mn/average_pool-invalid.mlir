// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<4x8x8x16xf32>) -> tensor<1x7x7x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<4x8x8x16xf32>'}}
  %0 = mn.average_pool %image pool_size [2, 2] : (tensor<4x8x8x16xf32>) -> tensor<1x7x7x16xf32>
  return %0 : tensor<1x7x7x16xf32>
}

// -----

func.func @pool_c1(%image: tensor<1x8x16xf32>) -> tensor<1x7x7x16xf32> {
  // expected-error @below {{expects an input of rank 4, found 'tensor<1x8x16xf32>'}}
  %0 = mn.average_pool %image pool_size [2, 2] : (tensor<1x8x16xf32>) -> tensor<1x7x7x16xf32>
  return %0 : tensor<1x7x7x16xf32>
}

// -----

func.func @pool_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32> {
  // expected-error @below {{expects 2 pool sizes from 1 to 65536, found [0, 2]}}
  %0 = mn.average_pool %image pool_size [0, 2] : (tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32>
  return %0 : tensor<1x7x7x16xf32>
}

// -----

func.func @pool_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32> {
  // expected-error @below {{expects 2 pool sizes from 1 to 65536, found [2]}}
  %0 = mn.average_pool %image pool_size [2] : (tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32>
  return %0 : tensor<1x7x7x16xf32>
}

// -----

// A window of padding only would have no value.
func.func @pool_c3(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x9x16xf32> {
  // expected-error @below {{expects padding smaller than its window, found 2}}
  %0 = mn.average_pool %image pool_size [3, 2] padding [0, 2, 0, 2] : (tensor<1x8x8x16xf32>) -> tensor<1x8x9x16xf32>
  return %0 : tensor<1x8x9x16xf32>
}

// -----

func.func @window_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32> {
  // expected-error @below {{expects 2 strides from 1 to 65536, found [1, 65537]}}
  %0 = mn.average_pool %image pool_size [2, 2] strides [1, 65537] : (tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32>
  return %0 : tensor<1x7x7x16xf32>
}

// -----

func.func @window_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32> {
  // expected-error @below {{expects 4 padding from 0 to 65536, found [1]}}
  %0 = mn.average_pool %image pool_size [2, 2] padding [1] : (tensor<1x8x8x16xf32>) -> tensor<1x7x7x16xf32>
  return %0 : tensor<1x7x7x16xf32>
}

// -----

func.func @window_c4(%image: tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32> {
  // expected-error @below {{but along height it covers 9 of 8 pixels}}
  %0 = mn.average_pool %image pool_size [9, 8] : (tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
  return %0 : tensor<1x1x1x16xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects the result shape [1, 7, 7, 16], found 'tensor<1x8x8x16xf32>'}}
  %0 = mn.average_pool %image pool_size [2, 2] : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @quantized_c8(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x4x4x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of its input's quantization, found 'tensor<1x8x8x16xi8}}
  %0 = mn.average_pool %image pool_size [2, 2] strides [2, 2]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x4x4x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x4x4x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
}
