// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver5" --choose-layouts --choose-tiles --plan-threads %s | FileCheck %s
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --choose-tiles --plan-threads %s | FileCheck %s --check-prefix=NONE
// NONE-NOT: prefetch =

// CHECK-LABEL: func.func @large_weights
func.func @large_weights(%image: tensor<1x7x7x1024xf32>, %f: tensor<1x1x1024x1024xf32>, %g: tensor<1024x10xf32>)
    -> tensor<1x10xf32> {
  // All channels of an argument are one block: 4 tiles would have to bring 512 lines each.
  // CHECK: mn.pointwise_conv2d {{.*}} pixels = 13, channels = 32, unroll = 4, order = panel_outer>
  %0 = mn.pointwise_conv2d %image, %f activation relu6
      : (tensor<1x7x7x1024xf32>, tensor<1x1x1024x1024xf32>) -> tensor<1x7x7x1024xf32>
  // A panel of 1024 x 32 weights is 2048 lines; 4 tiles of 64 blocks of channels bring 8 of them each.
  // CHECK: mn.pointwise_conv2d {{.*}} pixels = 13, channels = 32, unroll = 4, order = panel_outer, prefetch = 8>
  %p = mn.pointwise_conv2d %0, %f activation relu6
      : (tensor<1x7x7x1024xf32>, tensor<1x1x1024x1024xf32>) -> tensor<1x7x7x1024xf32>
  %1 = mn.global_average_pool %p : (tensor<1x7x7x1024xf32>) -> tensor<1x1024xf32>
  // CHECK: mn.fully_connected {{.*}}order = panel_outer>
  %2 = mn.fully_connected %1, %g : (tensor<1x1024xf32>, tensor<1024x10xf32>) -> tensor<1x10xf32>
  return %2 : tensor<1x10xf32>
}
