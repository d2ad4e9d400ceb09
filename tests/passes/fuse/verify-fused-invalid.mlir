// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-fused --verify-diagnostics --split-input-file %s

func.func @batch_norm(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  // expected-error @below {{expects no 'mn.batch_norm' here after the fuse stage}}
  // expected-note @below {{the pass 'fold-batch-norm' takes it in: it must not be disabled}}
  %bn = mn.batch_norm %image, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %bn : tensor<1x4x4x1xf32>
}

// -----

func.func @clamp(%image: tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %dw = mn.depthwise_conv2d %image, %filter : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32>
  // expected-error @below {{expects no 'mn.relu6' here after the fuse stage}}
  // expected-note @below {{the pass 'fuse-depthwise-bn-relu6' takes it in}}
  %relu6 = mn.relu6 %dw : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %relu6 : tensor<1x4x4x1xf32>
}

// -----

func.func @activation(%a: tensor<1x2xf32>) -> tensor<1x2xf32> {
  %add = mn.add %a, %a : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  // expected-error @below {{expects no 'mn.relu' here after the fuse stage}}
  // expected-note @below {{the pass 'fuse-activation' takes it in}}
  %relu = mn.relu %add : (tensor<1x2xf32>) -> tensor<1x2xf32>
  return %relu : tensor<1x2xf32>
}

// -----

func.func @padding(%image: tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32> {
  %filter = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  // expected-error @below {{expects no 'mn.pad' here after the fuse stage}}
  // expected-note @below {{the pass 'fold-padding' takes it in}}
  %pad = mn.pad %image padding [0, 1, 0, 1] : (tensor<1x4x4x1xf32>) -> tensor<1x5x5x1xf32>
  %conv = mn.conv2d %pad, %filter : (tensor<1x5x5x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x5x5x1xf32>
  return %conv : tensor<1x5x5x1xf32>
}

// -----

// One error for all that one pass has left.
func.func @one_cause(%image: tensor<1x4x4x1xf32>, %p: tensor<1xf32>) -> tensor<1x4x4x1xf32> {
  // expected-error @below {{expects no 'mn.batch_norm' here after the fuse stage}}
  // expected-note @below {{the pass 'fold-batch-norm' takes it, and 2 more layers, in}}
  %a = mn.batch_norm %image, %p, %p, %p, %p epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %b = mn.batch_norm %a, %p, %p, %p, %p epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %c = mn.batch_norm %b, %p, %p, %p, %p epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %c : tensor<1x4x4x1xf32>
}

// -----

func.func @one_more(%image: tensor<1x4x4x1xf32>, %p: tensor<1xf32>) -> tensor<1x4x4x1xf32> {
  // expected-error @below {{expects no 'mn.batch_norm' here after the fuse stage}}
  // expected-note @below {{the pass 'fold-batch-norm' takes it, and 1 more layer, in}}
  %a = mn.batch_norm %image, %p, %p, %p, %p epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  %b = mn.batch_norm %a, %p, %p, %p, %p epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32>
  return %b : tensor<1x4x4x1xf32>
}
