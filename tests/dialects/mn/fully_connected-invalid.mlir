// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%vector: tensor<3x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<3x16xf32>'}}
  %0 = mn.fully_connected %vector, %filter : (tensor<3x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @fully_connected_c1(%vector: tensor<1x1x2x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects an input vector, found 'tensor<1x1x2x16xf32>'}}
  %0 = mn.fully_connected %vector, %filter : (tensor<1x1x2x16xf32>, tensor<16x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @weighted_c1(%vector: tensor<1x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects a filter of rank 2, found 'tensor<1x1x16x8xf32>'}}
  %0 = mn.fully_connected %vector, %filter : (tensor<1x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @weighted_c2(%vector: tensor<1x16xf32>, %filter: tensor<16x0xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<16x0xf32>'}}
  %0 = mn.fully_connected %vector, %filter : (tensor<1x16xf32>, tensor<16x0xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @weighted_c3(%vector: tensor<1x16xf32>, %filter: tensor<12x8xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{filter expects 12 input channels, but its input has 16}}
  %0 = mn.fully_connected %vector, %filter : (tensor<1x16xf32>, tensor<12x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @weighted_c5(%vector: tensor<1x16xf32>, %filter: tensor<16x8xf32>, %bias: tensor<9xf32>) -> tensor<1x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<9xf32>'}}
  %0 = mn.fully_connected %vector, %filter bias(%bias)
         : (tensor<1x16xf32>, tensor<16x8xf32>, tensor<9xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

// A vector has no border.
func.func @weighted_c6(%vector: tensor<1x16xf32>, %filter: tensor<16x8xf32>, %bias: tensor<2x1x8xf32>)
    -> tensor<1x8xf32> {
  // expected-error @below {{expects 1 border classes along height in its bias, found 2}}
  %0 = mn.fully_connected %vector, %filter bias(%bias)
         : (tensor<1x16xf32>, tensor<16x8xf32>, tensor<2x1x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @weighted_c7(%vector: tensor<1x16xf32>, %filter: tensor<16x8xf32>, %skip: tensor<1x1x8xf32>)
    -> tensor<1x8xf32> {
  // expected-error @below {{expects a skip tensor of its result's shape 'tensor<1x8xf32>', found 'tensor<1x1x8xf32>'}}
  %0 = mn.fully_connected %vector, %filter skip(%skip)
         : (tensor<1x16xf32>, tensor<16x8xf32>, tensor<1x1x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// -----

func.func @result_c1(%vector: tensor<1x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x9xf32> {
  // expected-error @below {{expects the result shape [1, 8], found 'tensor<1x9xf32>'}}
  %0 = mn.fully_connected %vector, %filter : (tensor<1x16xf32>, tensor<16x8xf32>) -> tensor<1x9xf32>
  return %0 : tensor<1x9xf32>
}

// -----

func.func @quantized_c7(%vector: tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<1xf32>)
    -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects no activation, relu or relu6 on integers, found sigmoid}}
  %0 = mn.fully_connected %vector, %filter bias(%bias) scales(%scales) activation sigmoid
         : (tensor<1x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<16x8xi8>, tensor<8xi32>, tensor<1xf32>) -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
