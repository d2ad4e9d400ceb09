// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-tiles --apply-schedule --split-input-file --verify-diagnostics %s

// expected-error@unknown {{expects the name of a layer, found 'pv'}}
// expected-note@unknown {{did you mean 'pw'?}}
// expected-note@unknown {{after the fuse stage the layers are pw}}
module attributes {mn.schedules = {pv = {pixels = 4 : i64, location = loc(unknown)}}} {
func.func @network(%image: tensor<1x8x8x32xf32>, %f: tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> {
  %0 = mn.pointwise_conv2d %image, %f : (tensor<1x8x8x32xf32>, tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> loc("pw")
  return %0 : tensor<1x8x8x64xf32>
}
}

// -----

// expected-error@unknown {{expects a schedule for 'pw' of the shapes "pointwise_conv2d 8x8x32 -> 8x8x64, 1x1", found one for "pointwise_conv2d 9x9x32 -> 9x9x64, 1x1"}}
// expected-note@unknown {{the network has changed since: 'mncc tune' makes a new file}}
module attributes {mn.schedules = {pw = {shapes = "pointwise_conv2d 9x9x32 -> 9x9x64, 1x1", location = loc(unknown)}}} {
func.func @network(%image: tensor<1x8x8x32xf32>, %f: tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> {
  %0 = mn.pointwise_conv2d %image, %f : (tensor<1x8x8x32xf32>, tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> loc("pw")
  return %0 : tensor<1x8x8x64xf32>
}
}

// -----

// What the kernel cannot obey is refused in the words of the schedule check.
// expected-error@unknown {{schedule expects a tile that is used, pixels = 8, found 9}}
module attributes {mn.schedules = {pw = {pixels = 9 : i64, location = loc(unknown)}}} {
func.func @network(%image: tensor<1x8x8x32xf32>, %f: tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> {
  %0 = mn.pointwise_conv2d %image, %f : (tensor<1x8x8x32xf32>, tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> loc("pw")
  return %0 : tensor<1x8x8x64xf32>
}
}

// -----

// Threads are planned afterwards.
// expected-error@unknown {{schedule expects other fields than "parts" = 2 : i64}}
module attributes {mn.schedules = {pw = {parts = 2 : i64, location = loc(unknown)}}} {
func.func @network(%image: tensor<1x8x8x32xf32>, %f: tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> {
  %0 = mn.pointwise_conv2d %image, %f : (tensor<1x8x8x32xf32>, tensor<1x1x32x64xf32>) -> tensor<1x8x8x64xf32> loc("pw")
  return %0 : tensor<1x8x8x64xf32>
}
}
