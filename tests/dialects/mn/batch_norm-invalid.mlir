// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<f32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<f32>'}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<f32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @batch_norm_c1(%image: tensor<1x8x8x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<15xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects parameters of 16 channels, found 'tensor<15xf32>'}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<15xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @batch_norm_c1(%image: tensor<1x8x8x16xf32>, %gamma: tensor<1x16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects parameters of 16 channels, found 'tensor<1x16xf32>'}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<1x8x8x16xf32>, tensor<1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @batch_norm_c2(%image: tensor<1x8x8x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects an epsilon of at least 0}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon -1.0e-3
         : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

// Not a number.
func.func @batch_norm_c2(%image: tensor<1x8x8x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects an epsilon of at least 0}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 0x7FF8000000000000
         : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects the result shape [1, 8, 8, 16], found 'tensor<1x8x8x8xf32>'}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @quantized_c9(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of floats, found 'tensor<1x8x8x16xi8}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}

// -----

func.func @quantized_c3(%image: tensor<1x8x8x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>, %mean: tensor<16xf32>, %variance: tensor<16xi32>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects parameters of floats, found 'tensor<16xi32>'}}
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xi32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}
