// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fuse-depthwise-bn-relu6 --verify-diagnostics --split-input-file %s

func.func @variance_below_epsilon(%image: tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32> {
  %one = mn.constant dense<1.0> : tensor<2xf32>
  %variance = mn.constant dense<[1.0, -0.5]> : tensor<2xf32>
  %filter = mn.constant dense<1.0> : tensor<1x1x2x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x2xf32>, tensor<1x1x2x1xf32>) -> tensor<1x4x4x2xf32>
  // expected-error @below {{expects variance + epsilon above 0, found -2.500000e-01 in channel 1}}
  // expected-note @below {{the variance is -5.000000e-01: check the weights, or raise 'epsilon'}}
  %bn = mn.batch_norm %dw, %one, %one, %one, %variance epsilon 0.25 : (tensor<1x4x4x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  %relu6 = mn.relu6 %bn : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  return %relu6 : tensor<1x4x4x2xf32>
}

// -----

func.func @variance_equal_to_minus_epsilon(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %variance = mn.constant dense<0.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  // expected-error @below {{expects variance + epsilon above 0, found 0.000000e+00 in channel 0}}
  // expected-note @below {{check the weights, or raise 'epsilon'}}
  %bn = mn.batch_norm %dw, %one, %one, %one, %variance epsilon 0.0 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %relu6 = mn.relu6 %bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %relu6 : tensor<1x4x4x1xf32>
}

// -----

func.func @filter_overflows(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %large = mn.constant dense<1.0e+30> : tensor<1xf32>
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %filter = mn.constant dense<1.0e+30> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  // expected-error-re @below {{expects weights that stay finite when folded, found a filter value of {{.*}}e+{{.*}} in channel 0}}
  // expected-note @below {{check the weights of this layer and of the layer before it}}
  %bn = mn.batch_norm %dw, %large, %one, %one, %one epsilon 0.0 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %relu6 = mn.relu6 %bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %relu6 : tensor<1x4x4x1xf32>
}
