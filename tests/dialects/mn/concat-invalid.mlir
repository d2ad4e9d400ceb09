// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @concat_c1() -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects at least one input}}
  %0 = mn.concat axis 3 : () -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

// The batch is not a dimension of the network.
func.func @concat_c2(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects an axis from 1 to 3, found 0}}
  %0 = mn.concat %a, %b axis 0 : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @concat_c2(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects an axis from 1 to 3, found 4}}
  %0 = mn.concat %a, %b axis 4 : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

// The description's -1 is resolved by the importer.
func.func @concat_c2(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects an axis from 1 to 3, found -1}}
  %0 = mn.concat %a, %b axis -1 : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @concat_c3(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x7x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects inputs that agree in every dimension but axis 3, but they are 'tensor<1x8x8x16xf32>' and 'tensor<1x8x7x16xf32>'}}
  %0 = mn.concat %a, %b axis 3 : (tensor<1x8x8x16xf32>, tensor<1x8x7x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @concat_c3(%a: tensor<1x8x8x16xf32>, %b: tensor<1x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{but they are 'tensor<1x8x8x16xf32>' and 'tensor<1x16xf32>'}}
  %0 = mn.concat %a, %b axis 1 : (tensor<1x8x8x16xf32>, tensor<1x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @tensor_c1(%a: tensor<1x8x8x16xf32>, %b: tensor<8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<8x8x16xf32>'}}
  %0 = mn.concat %a, %b axis 1 : (tensor<1x8x8x16xf32>, tensor<8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @result_c1(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects the result shape [1, 16, 8, 16], found 'tensor<1x8x8x16xf32>'}}
  %0 = mn.concat %a, %b axis 1 : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @quantized_c2(%a: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %b: tensor<1x8x8x4xf32>)
    -> tensor<1x8x8x20xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects integers or floats only, found 'tensor<1x8x8x4xf32>'}}
  %0 = mn.concat %a, %b axis 3
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x20xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x20xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
