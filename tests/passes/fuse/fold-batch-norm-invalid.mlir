// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --fold-batch-norm --verify-diagnostics --split-input-file %s

func.func @variance(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %variance = mn.constant dense<-1.0> : tensor<1xf32>
  // expected-error @below {{expects variance + epsilon above 0, found -7.500000e-01 in channel 0}}
  // expected-note @below {{the variance is -1.000000e+00: check the weights, or raise 'epsilon'}}
  %bn = mn.batch_norm %image, %one, %one, %one, %variance epsilon 0.25 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %bn : tensor<1x4x4x1xf32>
}

// -----

func.func @parameter_is_no_constant(%image: tensor<1x4x4x1xf32>, %gamma: tensor<1xf32>) -> tensor<1x4x4x1xf32> {
  // expected-error @-1 {{expects weights from 'mn.constant'}}
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %bn = mn.batch_norm %image, %gamma, %one, %one, %one epsilon 0.25 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %bn : tensor<1x4x4x1xf32>
}
