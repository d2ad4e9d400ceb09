// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

// The second operand is a tensor of the network too.
func.func @tensor_c1(%a: tensor<1x8x8x16xf32>, %b: tensor<16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<16xf32>'}}
  %0 = mn.mul %a, %b : (tensor<1x8x8x16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @broadcast_c1(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x1x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{expects operands of equal shape, or one vector of channels, but they are 'tensor<1x8x8x16xf32>' and 'tensor<1x8x1x16xf32>'}}
  %0 = mn.mul %a, %b : (tensor<1x8x8x16xf32>, tensor<1x8x1x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

// One value is not one a channel.
func.func @broadcast_c1(%a: tensor<1x8x8x16xf32>, %b: tensor<1x1x1x1xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{but they are 'tensor<1x8x8x16xf32>' and 'tensor<1x1x1x1xf32>'}}
  %0 = mn.mul %a, %b : (tensor<1x8x8x16xf32>, tensor<1x1x1x1xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @layout_c1(%a: tensor<1x8x8x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32> {
  // expected-error @below {{found "chwn"}}
  %0 = mn.mul %a, %b {layout = "chwn"} : (tensor<1x8x8x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// -----

func.func @result_c1(%a: tensor<1x1x1x16xf32>, %b: tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32> {
  // expected-error @below {{expects the result shape [1, 8, 8, 16], found 'tensor<1x1x1x16xf32>'}}
  %0 = mn.mul %a, %b : (tensor<1x1x1x16xf32>, tensor<1x8x8x16xf32>) -> tensor<1x1x1x16xf32>
  return %0 : tensor<1x1x1x16xf32>
}

// -----

func.func @quantized_c7(%a: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %b: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>)
    -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>> {
  // expected-error @below {{expects no activation, relu or relu6 on integers, found hard_sigmoid}}
  %0 = mn.mul %a, %b activation hard_sigmoid
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>) -> tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
  return %0 : tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>
}
