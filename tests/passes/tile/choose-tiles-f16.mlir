// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=neoverse-n1" --choose-layouts --choose-tiles %s | FileCheck %s
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=cortex-a72" --choose-layouts --choose-tiles %s | FileCheck %s --check-prefix=WIDEN

// CHECK-LABEL: func.func @in_f16
func.func @in_f16(%image: tensor<1x9x9x3xf32>, %f0: tensor<3x3x3x32xf32>, %f1: tensor<3x3x32x1xf16>,
                  %f2: tensor<1x1x32x64xf16>, %f3: tensor<64x10xf16>) -> tensor<1x10xf32> {
  // The image is of f32, so the kernel computes in it; its result's blocks are those of f16.
  // The nine inputs of a kernel row are two loads of four and one.
  // CHECK: mn.conv2d {{.*}}layout = "nchw8c", schedule = #mn.schedule<vector = 4, {{.*}} unroll = 8,
  %0 = mn.conv2d %image, %f0 strides [2, 2] : (tensor<1x9x9x3xf32>, tensor<3x3x3x32xf32>) -> tensor<1x4x4x32xf16>
  // CHECK: mn.depthwise_conv2d {{.*}} schedule = #mn.schedule<vector = 8,
  // A row that cannot multiply f16 works on as many values as it has f32 in a register.
  // WIDEN: mn.depthwise_conv2d {{.*}}layout = "nchw4c", schedule = #mn.schedule<vector = 4,
  %1 = mn.depthwise_conv2d %0, %f1 padding [1, 1, 1, 1] : (tensor<1x4x4x32xf16>, tensor<3x3x32x1xf16>) -> tensor<1x4x4x32xf16>
  // A load brings 8 input channels of a pixel, of which the fma take a lane each.
  // CHECK: mn.pointwise_conv2d {{.*}} schedule = #mn.schedule<vector = 8, {{.*}} unroll = 8,
  %2 = mn.pointwise_conv2d %1, %f2 : (tensor<1x4x4x32xf16>, tensor<1x1x32x64xf16>) -> tensor<1x4x4x64xf16>
  // Means are of sums in f32.
  // CHECK: mn.global_average_pool {{.*}} schedule = #mn.schedule<vector = 4,
  %3 = mn.global_average_pool %2 : (tensor<1x4x4x64xf16>) -> tensor<1x64xf16>
  // CHECK: mn.fully_connected {{.*}} schedule = #mn.schedule<vector = 4,
  %4 = mn.fully_connected %3, %f3 : (tensor<1x64xf16>, tensor<64x10xf16>) -> tensor<1x10xf32>
  return %4 : tensor<1x10xf32>
}
