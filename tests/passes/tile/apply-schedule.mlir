// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-tiles --apply-schedule %s | FileCheck %s

// CHECK-NOT: mn.schedules
module attributes {mn.schedules = {
    pw = {shapes = "pointwise_conv2d 8x8x32 -> 8x8x64, 1x1", pixels = 4 : i64, channels = 32 : i64, order = "pixel_outer"},
    "depth-wise" = {unroll = 1 : i64, location = loc("file.json":3:5)}}} {
// CHECK-LABEL: func.func @network
func.func @network(%image: tensor<1x8x8x32xf32>, %f0: tensor<1x1x32x64xf32>, %f1: tensor<3x3x64x1xf32>,
                   %f2: tensor<1x1x64x64xf32>) -> tensor<1x8x8x64xf32> {
  // Given fields take the place of chosen ones; the others stay.
  // CHECK: mn.pointwise_conv2d {{.*}}schedule = #mn.schedule<vector = 16, pixels = 4, channels = 32, unroll = 4, order = pixel_outer>
  %0 = mn.pointwise_conv2d %image, %f0 : (tensor<1x8x8x32xf32>, tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> loc("pw")
  // CHECK: mn.depthwise_conv2d {{.*}}schedule = #mn.schedule<vector = 16, pixels = 4, channels = 16, unroll = 1, order = panel_outer, rows = 4>
  %1 = mn.depthwise_conv2d %0, %f1 padding [1, 1, 1, 1]
      : (tensor<1x8x8x64xf32>, tensor<3x3x64x1xf32>) -> tensor<1x8x8x64xf32> loc("depth-wise")
  // Layers without an entry keep the cost model's choice.
  // CHECK: mn.pointwise_conv2d {{.*}}order = panel_outer>
  %2 = mn.pointwise_conv2d %1, %f2 : (tensor<1x8x8x64xf32>, tensor<1x1x64x64xf32>) -> tensor<1x8x8x64xf32> loc("last")
  return %2 : tensor<1x8x8x64xf32>
}
}
