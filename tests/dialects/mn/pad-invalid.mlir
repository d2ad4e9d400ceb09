// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @pad_c1(%image: tensor<1x16xf32>) -> tensor<1x9x9x16xf32> {
  // expected-error @below {{expects an input of rank 4, found 'tensor<1x16xf32>'}}
  %0 = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x16xf32>) -> tensor<1x9x9x16xf32>
  return %0 : tensor<1x9x9x16xf32>
}

// -----

func.func @window_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x9x9x16xf32> {
  // expected-error @below {{expects 4 padding from 0 to 65536, found [0, 1]}}
  %0 = mn.pad %image padding [0, 1] : (tensor<1x8x8x16xf32>) -> tensor<1x9x9x16xf32>
  return %0 : tensor<1x9x9x16xf32>
}

// -----

// A crop is not a pad.
func.func @window_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x9x8x16xf32> {
  // expected-error @below {{expects 4 padding from 0 to 65536, found [0, 1, -1, 1]}}
  %0 = mn.pad %image padding [0, 1, -1, 1] : (tensor<1x8x8x16xf32>) -> tensor<1x9x8x16xf32>
  return %0 : tensor<1x9x8x16xf32>
}

// -----

func.func @tensor_c2(%image: tensor<1x8x8x16xf32>) -> tensor<1x65544x65544x16xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<1x65544x65544x16xf32>'}}
  %0 = mn.pad %image padding [0, 65536, 0, 65536] : (tensor<1x8x8x16xf32>) -> tensor<1x65544x65544x16xf32>
  return %0 : tensor<1x65544x65544x16xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects the result shape [1, 9, 9, 16], found 'tensor<1x8x8x16xf32>'}}
  %0 = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @quantized_c8(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x9x9x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects a result of its input's quantization, found 'tensor<1x8x8x16xi8}}
  %0 = mn.pad %image padding [0, 1, 0, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x9x9x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x9x9x16xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = -3>>
}
