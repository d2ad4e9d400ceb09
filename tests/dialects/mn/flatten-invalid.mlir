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
