// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<2x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<2x8x8x16xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<2x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

// Nothing asks a scalar for its channels.
func.func @tensor_c1(%image: tensor<f32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<f32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<f32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @tensor_c2(%image: tensor<1x65536x65536x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<1x65536x65536x16xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x65536x65536x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @layout_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects the layout "nhwc", "nchw4c", "nchw8c" or "nchw16c", found "nchw7c"}}
  %0 = mn.conv2d %image, %filter {layout = "nchw7c"}
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @window_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects 2 strides from 1 to 65536, found [0, 1]}}
  %0 = mn.conv2d %image, %filter strides [0, 1] : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @window_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects 2 strides from 1 to 65536, found [2]}}
  %0 = mn.conv2d %image, %filter strides [2] : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @window_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects 4 padding from 0 to 65536, found [0, 1]}}
  %0 = mn.conv2d %image, %filter padding [0, 1] : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @window_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects 4 padding from 0 to 65536, found [0, -1, 0, 0]}}
  %0 = mn.conv2d %image, %filter padding [0, -1, 0, 0]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @window_c3(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects 2 dilations from 1 to 65536, found [1, 0]}}
  %0 = mn.conv2d %image, %filter dilations [1, 0] : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @window_c4(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a window that fits into the padded image, but along width it covers 9 of 8 pixels}}
  %0 = mn.conv2d %image, %filter dilations [1, 4] : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a filter of rank 4, found 'tensor<16x8xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x0xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<3x3x16x0xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<3x3x16x0xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x4611686018427387904xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<3x3x16x4611686018427387904xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<3x3x16x4611686018427387904xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c3(%image: tensor<1x8x8x32xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{filter expects 16 input channels, but its input has 32}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x32xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c4(%image: tensor<1x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects an input of rank 4, found 'tensor<1x8x16xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c5(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<7xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<7xf32>'}}
  %0 = mn.conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<7xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c5(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<1x8xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<1x8xf32>'}}
  %0 = mn.conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<1x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c5(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<f32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<f32>'}}
  %0 = mn.conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<f32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @weighted_c6(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<2x3x8xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects 3 border classes along height in its bias, found 2}}
  %0 = mn.conv2d %image, %filter bias(%bias) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<2x3x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c6(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<3x3x8xf32>)
    -> tensor<1x8x7x8xf32> {
  // expected-error @below {{expects 2 border classes along width in its bias, found 3}}
  %0 = mn.conv2d %image, %filter bias(%bias) padding [1, 1, 0, 1]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<3x3x8xf32>) -> tensor<1x8x7x8xf32>
  return %0 : tensor<1x8x7x8xf32>
}

// -----

func.func @weighted_c7(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %skip: tensor<1x1x1x8xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a skip tensor of its result's shape 'tensor<1x6x6x8xf32>', found 'tensor<1x1x1x8xf32>'}}
  %0 = mn.conv2d %image, %filter skip(%skip)
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>) -> tensor<1x9x9x8xf32> {
  // expected-error @below {{expects the result shape [1, 6, 6, 8], found 'tensor<1x9x9x8xf32>'}}
  %0 = mn.conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x9x9x8xf32>
  return %0 : tensor<1x9x9x8xf32>
}

// -----

func.func @quantized_c3(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xi8>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a filter and a bias of floats and no scales with a result of 'tensor<1x6x6x8xf32>'}}
  %0 = mn.conv2d %image, %filter
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xi8>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @quantized_c3(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xi32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a filter and a bias of floats and no scales with a result of 'tensor<1x6x6x8xf32>'}}
  %0 = mn.conv2d %image, %filter
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xi32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @quantized_c3(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<8xi32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a filter and a bias of floats and no scales with a result of 'tensor<1x6x6x8xf32>'}}
  %0 = mn.conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<8xi32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @quantized_c3(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>, %scales: tensor<1xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a filter and a bias of floats and no scales with a result of 'tensor<1x6x6x8xf32>'}}
  %0 = mn.conv2d %image, %filter scales(%scales)
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>, tensor<1xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @quantized_c3(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects a filter and a bias of floats and no scales with a result of 'tensor<1x6x6x8xf32>'}}
  %0 = mn.conv2d %image, %filter filter_zero_point 3
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}

// -----

func.func @quantized_c4(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xf32>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects a filter of i8, scales of f32 and a bias of i32 with a result of 'tensor<1x8x8x8xi8}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xf32>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c4(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xf32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects a filter of i8, scales of f32 and a bias of i32 with a result of 'tensor<1x8x8x8xi8}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c4(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xi32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects a filter of i8, scales of f32 and a bias of i32 with a result of 'tensor<1x8x8x8xi8}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xi32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

// A filter without scales means nothing.
func.func @quantized_c4(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects a filter of i8, scales of f32 and a bias of i32 with a result of 'tensor<1x8x8x8xi8}}
  %0 = mn.conv2d %image, %filter bias(%bias) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c5(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<7xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects 1 or 8 scales of its filter, found 'tensor<7xf32>'}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<7xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c5(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8x1xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects 1 or 8 scales of its filter, found 'tensor<8x1xf32>'}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8x1xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c6(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects a zero point of its filter from -128 to 127, found 128}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1] filter_zero_point 128
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c7(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects no activation, relu or relu6 on integers, found hard_swish}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1] activation hard_swish
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c10(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>, %skip: tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects no skip tensor on integers, found 'tensor<1x8x8x8xi8}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) skip(%skip) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>, tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c1(%image: tensor<1x8x8x16xi8>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects #mn.quantization on a tensor of integers, found 'tensor<1x8x8x16xi8>'}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xi8>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects integers or floats only, found 'tensor<1x8x8x16xf32>' and a result of 'tensor<1x8x8x8xi8}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @quantized_c2(%image: tensor<1x8x8x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects integers of one type, found 'tensor<1x8x8x16xui8}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1]
         : (tensor<1x8x8x16xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

// A block of integers fills words.
func.func @layout_c1(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<3x3x16x8xi8>, %bias: tensor<8xi32>, %scales: tensor<8xf32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{found "nchw66c"}}
  %0 = mn.conv2d %image, %filter bias(%bias) scales(%scales) padding [1, 1, 1, 1] {layout = "nchw66c"}
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<3x3x16x8xi8>, tensor<8xi32>, tensor<8xf32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}

// -----

func.func @numerics_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x3x16x8xf32>)
    -> tensor<1x6x6x8xf32> {
  // expected-error @below {{expects 'numerics' on layers of integers only}}
  %0 = mn.conv2d %image, %filter {numerics = #mn.numerics<fast>}
         : (tensor<1x8x8x16xf32>, tensor<3x3x16x8xf32>) -> tensor<1x6x6x8xf32>
  return %0 : tensor<1x6x6x8xf32>
}
