// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @fused_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects arguments of the types of its inputs}}
  %0 = mn.fused %x strips [1, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>, %more: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c1(%x: tensor<1x8x8x4xf32>) {
  %0 = mn.fused %x strips [1, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    // expected-error @below {{expects constants and convolutions inside 'mn.fused'}}
    %c = mn.relu %b : (tensor<1x8x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c1(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects two layers at least, and 'mn.yield'}}
  %0 = mn.fused %x strips [1, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x8xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    mn.yield %a : tensor<1x8x8x8xf32>
  }
  return
}

// -----

func.func @fused_c2(%x: tensor<1x8x8x4xf32>) {
  %0 = mn.fused %x strips [1, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %u = mn.constant dense<1.0> : tensor<1x1x4x16xf32>
    // expected-error @below {{expects to read the layer before it inside 'mn.fused'}}
    %b = mn.pointwise_conv2d %in, %u : (tensor<1x8x8x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c2(%x: tensor<1x8x8x4xf32>) {
  %0 = mn.fused %x strips [1, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %u = mn.constant dense<1.0> : tensor<1x1x4x4xf32>
    %t = mn.constant dense<1.0> : tensor<1x1x4x16xf32>
    // expected-error @below {{expects a skip tensor at the last layer of 'mn.fused' only, from outside}}
    %a = mn.pointwise_conv2d %in, %u skip(%in) : (tensor<1x8x8x4xf32>, tensor<1x1x4x4xf32>, tensor<1x8x8x4xf32>) -> tensor<1x8x8x4xf32>
    %b = mn.pointwise_conv2d %a, %t : (tensor<1x8x8x4xf32>, tensor<1x1x4x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c3(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects 2 strips and 1 rings, found 3 and 1}}
  %0 = mn.fused %x strips [1, 1, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c4(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects a strip of layer 0 that divides its 8 rows, found 3}}
  %0 = mn.fused %x strips [3, 1] rings [3] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c5(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects a ring of layer 0 of 2 to 8 rows, a multiple of its strip of 2, found 1}}
  %0 = mn.fused %x strips [2, 1] rings [1] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c5(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects a ring of layer 0 of 2 to 8 rows, a multiple of its strip of 2, found 3}}
  %0 = mn.fused %x strips [2, 1] rings [3] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

// Three rows are under the window, and a fourth is made with the third.
func.func @fused_c5(%x: tensor<1x8x8x8xf32>) {
  // expected-error @below {{expects a ring of layer 0 of 4 to 8 rows, a multiple of its strip of 2, found 2}}
  %0 = mn.fused %x strips [2, 1] rings [2] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
  ^bb0(%in: tensor<1x8x8x8xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x8x8xf32>
    %d = mn.constant dense<1.0> : tensor<3x3x8x1xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.depthwise_conv2d %a, %d padding [1, 1, 1, 1] : (tensor<1x8x8x8xf32>, tensor<3x3x8x1xf32>) -> tensor<1x8x8x8xf32>
    mn.yield %b : tensor<1x8x8x8xf32>
  }
  return
}

// -----

// A 1x1 convolution reads its strip as one run of pixels.
func.func @fused_c5(%x: tensor<1x8x8x4xf32>) {
  // expected-error @below {{expects a ring of layer 0 that is a multiple of its reader's strip of 2, found 3}}
  %0 = mn.fused %x strips [1, 2] rings [3] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
  ^bb0(%in: tensor<1x8x8x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
    %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
    %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    mn.yield %b : tensor<1x8x8x16xf32>
  }
  return
}

// -----

func.func @fused_c2(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{expects to yield the last layer's result of its own type}}
  %0 = mn.fused %x strips [4, 4] rings [4] : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  ^bb0(%in: tensor<1x4x4x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x4xf32>
    %1 = mn.pointwise_conv2d %in, %w : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    %2 = mn.pointwise_conv2d %1, %w : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    mn.yield %in : tensor<1x4x4x4xf32>
  }
  return
}
