// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<1x1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<1x1x8x8x16xf32>'}}
  %0 = mn.relu %image : (tensor<1x1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @tensor_c2(%image: tensor<1x8x0x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<1x8x0x16xf32>'}}
  %0 = mn.relu %image : (tensor<1x8x0x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @layout_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{found "nchw32c"}}
  %0 = mn.relu %image {layout = "nchw32c"} : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x1024xf32> {
  // expected-error @below {{expects the result shape [1, 8, 8, 16], found 'tensor<1x1024xf32>'}}
  %0 = mn.relu %image : (tensor<1x8x8x16xf32>) -> tensor<1x1024xf32>
  return %0 : tensor<1x1024xf32>
}

// -----

func.func @quantized_c2(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects integers or floats only, found 'tensor<1x8x8x16xi8}}
  %0 = mn.relu %image
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}
