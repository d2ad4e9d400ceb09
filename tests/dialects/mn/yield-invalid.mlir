// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @outside(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{expects parent op 'mn.fused'}}
  mn.yield %x : tensor<1x4x4x4xf32>
}

// -----

// What is yielded is the last layer's result.
func.func @fused_c2(%x: tensor<1x4x4x4xf32>) {
  // expected-error @below {{expects to yield the last layer's result of its own type}}
  %0 = mn.fused %x strips [4, 4] rings [4] : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  ^bb0(%in: tensor<1x4x4x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x4xf32>
    %1 = mn.pointwise_conv2d %in, %w : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    %2 = mn.pointwise_conv2d %1, %w : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    mn.yield %w : tensor<1x1x4x4xf32>
  }
  return
}
