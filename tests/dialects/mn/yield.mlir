// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @yield(
func.func @yield(%x: tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  %0 = mn.fused %x strips [4, 4] rings [4] : (tensor<1x4x4x4xf32>) -> tensor<1x4x4x4xf32> {
  ^bb0(%in: tensor<1x4x4x4xf32>):
    %w = mn.constant dense<1.0> : tensor<1x1x4x4xf32>
    %1 = mn.pointwise_conv2d %in, %w : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    // CHECK: mn.pointwise_conv2d
    // CHECK-NEXT: %[[LAST:.*]] = mn.pointwise_conv2d
    %2 = mn.pointwise_conv2d %1, %w : (tensor<1x4x4x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x4x4x4xf32>
    // CHECK-NEXT: mn.yield %[[LAST]] : tensor<1x4x4x4xf32>
    mn.yield %2 : tensor<1x4x4x4xf32>
  }
  return %0 : tensor<1x4x4x4xf32>
}
