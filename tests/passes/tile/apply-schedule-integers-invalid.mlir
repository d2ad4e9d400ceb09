// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" --choose-tiles --apply-schedule --verify-diagnostics %s
// Instructions on integers have one width.

#q = #mn.quantization<scale = 0.5 : f32, zero_point = 0>
// expected-error@unknown {{schedule expects a vector of integers that a register holds, at most 8, found 16}}
module attributes {mn.schedules = {pool = {vector = 16 : i64, channels = 16 : i64, pixels = 4 : i64, location = loc(unknown)}}} {
func.func @network(%image: tensor<1x8x8x64xi8, #q>) -> tensor<1x1x1x64xi8, #q> {
  %0 = mn.global_average_pool %image {numerics = #mn.numerics<tflm>} : (tensor<1x8x8x64xi8, #q>) -> tensor<1x1x1x64xi8, #q> loc("pool")
  return %0 : tensor<1x1x1x64xi8, #q>
}
}
