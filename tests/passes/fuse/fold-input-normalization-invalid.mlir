// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fold-input-normalization --verify-diagnostics %s

func.func @scale_overflows(%image: tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  // expected-error @below {{expects a scale and an offset that keep the weights after it finite}}
  // expected-note @below {{check 'scale', 'mean' and 'std' of the preprocessing}}
  %input = mn.normalize %image scale [1.0e+60] offset [0.0] : (tensor<1x3x3x1xui8>) -> tensor<1x3x3x1xf32>
  %conv = mn.conv2d %input, %filter : (tensor<1x3x3x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x3x3x1xf32>
  return %conv : tensor<1x3x3x1xf32>
}
