// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @tensor_c1(%image: tensor<2x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<2x8x8x16xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<2x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

// Nothing asks a scalar for its channels.
func.func @tensor_c1(%image: tensor<f32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects tensors of rank 2 to 4 with batch 1, found 'tensor<f32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<f32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @tensor_c2(%image: tensor<1x65536x65536x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<1x65536x65536x16xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x65536x65536x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @layout_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects the layout "nhwc", "nchw4c", "nchw8c" or "nchw16c", found "nchw7c"}}
  %0 = mn.pointwise_conv2d %image, %filter {layout = "nchw7c"}
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @window_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects 2 strides from 1 to 65536, found [0, 1]}}
  %0 = mn.pointwise_conv2d %image, %filter strides [0, 1]
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @window_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects 2 strides from 1 to 65536, found [2]}}
  %0 = mn.pointwise_conv2d %image, %filter strides [2]
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects a filter of rank 4, found 'tensor<16x8xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x0xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<1x1x16x0xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<1x1x16x0xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c2(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x4611686018427387904xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects tensors of 1 to 2^31 - 1 bytes, found 'tensor<1x1x16x4611686018427387904xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x4611686018427387904xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c3(%image: tensor<1x8x8x32xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{filter expects 16 input channels, but its input has 32}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x8x32xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c4(%image: tensor<1x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects an input of rank 4, found 'tensor<1x8x16xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c5(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<7xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<7xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<7xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c5(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<1x8xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<1x8xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<1x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c5(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<f32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects a bias of 8 channels, found 'tensor<f32>'}}
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<f32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c6(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<2x3x8xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects 1 border classes along height in its bias, found 2}}
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<2x3x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c6(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %bias: tensor<1x3x8xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects 1 border classes along width in its bias, found 3}}
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<1x3x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @weighted_c7(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>, %skip: tensor<1x1x1x8xf32>)
    -> tensor<1x8x8x8xf32> {
  // expected-error @below {{expects a skip tensor of its result's shape 'tensor<1x8x8x8xf32>', found 'tensor<1x1x1x8xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter skip(%skip)
         : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x8x8x8xf32>
  return %0 : tensor<1x8x8x8xf32>
}

// -----

func.func @result_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<1x1x16x8xf32>) -> tensor<1x9x9x8xf32> {
  // expected-error @below {{expects the result shape [1, 8, 8, 8], found 'tensor<1x9x9x8xf32>'}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>) -> tensor<1x9x9x8xf32>
  return %0 : tensor<1x9x9x8xf32>
}

// -----

func.func @pointwise_conv2d_c1(%image: tensor<1x8x8x16xf32>, %filter: tensor<3x1x16x8xf32>) -> tensor<1x6x8x8xf32> {
  // expected-error @below {{expects a 1x1 filter, found 3x1}}
  %0 = mn.pointwise_conv2d %image, %filter : (tensor<1x8x8x16xf32>, tensor<3x1x16x8xf32>) -> tensor<1x6x8x8xf32>
  return %0 : tensor<1x6x8x8xf32>
}

// -----

func.func @quantized_c4(%image: tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, %filter: tensor<1x1x16x8xi8>, %bias: tensor<8xi32>)
    -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>> {
  // expected-error @below {{expects a filter of i8, scales of f32 and a bias of i32 with a result of 'tensor<1x8x8x8xi8}}
  %0 = mn.pointwise_conv2d %image, %filter bias(%bias)
         : (tensor<1x8x8x16xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -3>>, tensor<1x1x16x8xi8>, tensor<8xi32>) -> tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
  return %0 : tensor<1x8x8x8xi8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 7>>
}
