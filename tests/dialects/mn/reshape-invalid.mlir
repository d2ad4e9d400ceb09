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
