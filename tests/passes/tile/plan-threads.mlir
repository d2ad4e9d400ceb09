// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --choose-tiles --plan-threads --split-input-file %s | FileCheck %s
// RUN: sed 's/{threads = 2 : i64}/{}/' %s | mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --choose-tiles --plan-threads --split-input-file | FileCheck %s --check-prefix=ONE

// ONE-NOT: parts

module attributes {mn.options = {threads = 2 : i64}} {
  // CHECK-LABEL: func.func @network
  func.func @network(%image: tensor<1x30x30x32xf32>, %f0: tensor<3x3x32x1xf32>, %f1: tensor<1x1x32x256xf32>,
                     %f2: tensor<1x1x1024x512xf32>, %f3: tensor<512x256xf32>, %pixel: tensor<1x1x1x1024xf32>)
      -> (tensor<1x30x30x256xf32>, tensor<1x256xf32>) {
    // 30 rows make two equal parts, 2 vectors of channels too: then each thread takes its own pixels.
    // CHECK: mn.depthwise_conv2d {{.*}}order = panel_outer{{.*}}, parts = 2, split = pixels>
    %0 = mn.depthwise_conv2d %image, %f0 padding [1, 1, 1, 1] : (tensor<1x30x30x32xf32>, tensor<3x3x32x1xf32>) -> tensor<1x30x30x32xf32>
    // CHECK: mn.pointwise_conv2d {{.*}}order = panel_outer, parts = 2, split = pixels>
    %1 = mn.pointwise_conv2d %0, %f1 : (tensor<1x30x30x32xf32>, tensor<1x1x32x256xf32>) -> tensor<1x30x30x256xf32>
    // One pixel cannot be cut, its channels can.
    // CHECK: mn.pointwise_conv2d {{.*}}order = panel_outer, parts = 2>
    %2 = mn.pointwise_conv2d %pixel, %f2 : (tensor<1x1x1x1024xf32>, tensor<1x1x1024x512xf32>) -> tensor<1x1x1x512xf32>
    // Not worth the while.
    // CHECK: mn.global_average_pool {{.*}}order = panel_outer>
    %3 = mn.global_average_pool %2 : (tensor<1x1x1x512xf32>) -> tensor<1x512xf32>
    // CHECK: mn.fully_connected {{.*}}order = panel_outer, parts = 2>
    %4 = mn.fully_connected %3, %f3 : (tensor<1x512xf32>, tensor<512x256xf32>) -> tensor<1x256xf32>
    return %1, %4 : tensor<1x30x30x256xf32>, tensor<1x256xf32>
  }
}

// -----

// A block of 16 channels is a page of 4 KB. Where its pixels were cut, hardware would fetch lines ahead beyond the cut, from
// the thread that writes them, in each of the 8 blocks: so channels are cut, though each thread then needs all inputs of a
// pointwise layer. One block alone is cut by pixels. The last layer is worth no round.
module attributes {mn.options = {threads = 2 : i64}} {
  // CHECK-LABEL: func.func @network
  func.func @network(%image: tensor<1x8x8x128xf32>, %f0: tensor<1x1x128x128xf32>, %f1: tensor<3x3x128x1xf32>,
                     %f2: tensor<1x1x128x16xf32>, %f3: tensor<3x3x16x1xf32>) -> tensor<1x8x8x16xf32> {
    // CHECK: mn.pointwise_conv2d {{.*}}pixels = 6, channels = 64{{.*}}, parts = 2>
    %0 = mn.pointwise_conv2d %image, %f0 : (tensor<1x8x8x128xf32>, tensor<1x1x128x128xf32>) -> tensor<1x8x8x128xf32>
    // CHECK: mn.depthwise_conv2d {{.*}}, parts = 2>
    %1 = mn.depthwise_conv2d %0, %f1 padding [1, 1, 1, 1] : (tensor<1x8x8x128xf32>, tensor<3x3x128x1xf32>) -> tensor<1x8x8x128xf32>
    // CHECK: mn.pointwise_conv2d {{.*}}pixels = 6, channels = 64{{.*}}, parts = 2>
    %2 = mn.pointwise_conv2d %1, %f0 : (tensor<1x8x8x128xf32>, tensor<1x1x128x128xf32>) -> tensor<1x8x8x128xf32>
    // CHECK: mn.pointwise_conv2d {{.*}}, parts = 2, split = pixels>
    %3 = mn.pointwise_conv2d %2, %f2 : (tensor<1x8x8x128xf32>, tensor<1x1x128x16xf32>) -> tensor<1x8x8x16xf32>
    // CHECK: mn.depthwise_conv2d {{.*}}order = panel_outer{{(, rows = [0-9]+)?}}>
    %4 = mn.depthwise_conv2d %3, %f3 padding [1, 1, 1, 1] : (tensor<1x8x8x16xf32>, tensor<3x3x16x1xf32>) -> tensor<1x8x8x16xf32>
    return %4 : tensor<1x8x8x16xf32>
  }
}
