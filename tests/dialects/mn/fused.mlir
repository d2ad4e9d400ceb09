// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @inverted_residual(
func.func @inverted_residual(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
  // CHECK: mn.fused %{{.*}} strips [2, 2, 1] rings [6, 2] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
  // CHECK-NEXT: ^bb0(%[[IN:.*]]: tensor<1x8x8x8xf32>):
  %0 = mn.fused %x strips [2, 2, 1] rings [6, 2] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
  ^bb0(%in: tensor<1x8x8x8xf32>):
    %e = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
    // CHECK: mn.pointwise_conv2d %[[IN]]
    %1 = mn.pointwise_conv2d %in, %e : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
    %d = mn.constant dense<1.0> : tensor<3x3x16x1xf32>
    %2 = mn.depthwise_conv2d %1, %d padding [1, 1, 1, 1] : (tensor<1x8x8x16xf32>, tensor<3x3x16x1xf32>) -> tensor<1x8x8x16xf32>
    %p = mn.constant dense<1.0> : tensor<1x1x16x8xf32>
    // CHECK: skip(%[[IN]])
    %3 = mn.pointwise_conv2d %2, %p skip(%in) : (tensor<1x8x8x16xf32>, tensor<1x1x16x8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    // CHECK: mn.yield %{{.*}} : tensor<1x8x8x8xf32>
    mn.yield %3 : tensor<1x8x8x8xf32>
  }
  return %0 : tensor<1x8x8x8xf32>
}
