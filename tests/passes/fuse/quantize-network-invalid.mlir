// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(quantize-network))' --split-input-file --verify-diagnostics %s

func.func @unknown_range(%vector: tensor<1x2xf32> {mn.name = "vector"}) -> tensor<1x2xf32>
    attributes {mn.ranges = {vector = array<f64: 0.0, 255.0>}} {
  // expected-error @+2 {{expects a range of the tensor '', found none}}
  // expected-note @+1 {{the statistics are of another model: calibrate again with pictures}}
  %relu = mn.relu %vector : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %relu : tensor<1x2xf32>
}

// -----

func.func @skip_tensor(%image: tensor<1x2x2x1xf32> {mn.name = "image"}) -> tensor<1x2x2x1xf32>
    attributes {mn.ranges = {image = array<f64: 0.0, 255.0>}} {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  // expected-error @+1 {{expects no skip tensor before the quantisation}}
  %sum = mn.pointwise_conv2d %image, %filter skip(%image) : (tensor<1x2x2x1xf32>, tensor<1x1x1x1xf32>, tensor<1x2x2x1xf32>) -> tensor<1x2x2x1xf32>
  return %sum : tensor<1x2x2x1xf32>
}
