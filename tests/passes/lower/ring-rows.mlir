// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --plan-fusion --choose-tiles --choose-storage --plan-arena --pack-weights --lower-to-kernels --canonicalize --cse %s | FileCheck %s

// A strip of 4 rows divides the ring of 8, and a strip of 2 the ring of 2: where a kernel puts its rows takes one
// remainder, of the strip's first row. Only the rows that a window reads wrap one by one.
module attributes {mn.name = "net", mn.stage = "fuse"} {
  func.func @network(%x: tensor<1x112x112x16xf32> {mn.name = "x"}) -> (tensor<1x56x56x24xf32> {mn.name = "y"}) {
    // CHECK: func.func private @net_pw_{{.*}}_4rows_f32({{.*}}, %[[ROW:[a-z0-9]+]]: index
    // CHECK: arith.remui %[[ROW]], %c8
    // CHECK-NOT: arith.remui
    // CHECK: func.func private @net_dw_{{.*}}_2rows_f32({{.*}}, %[[ROW:[a-z0-9]+]]: index
    // CHECK: arith.remui %{{[0-9]+}}, %c8
    // CHECK-NOT: arith.remui %{{[0-9]+}}, %c2
    // CHECK: arith.remui %[[ROW]], %c2
    // CHECK: func.func private @net_pw_{{.*}}_2rows_f32({{.*}}, %[[ROW:[a-z0-9]+]]: index
    // CHECK: arith.remui %[[ROW]], %c2
    // CHECK-NOT: arith.remui
    // CHECK: func.func private @net_pw_dw_pw_
    %e = mn.constant dense<1.0> : tensor<1x1x16x96xf32>
    %0 = mn.pointwise_conv2d %x, %e : (tensor<1x112x112x16xf32>, tensor<1x1x16x96xf32>) -> tensor<1x112x112x96xf32> loc("expand")
    %d = mn.constant dense<1.0> : tensor<3x3x96x1xf32>
    %1 = mn.depthwise_conv2d %0, %d strides [2, 2] padding [0, 1, 0, 1] : (tensor<1x112x112x96xf32>, tensor<3x3x96x1xf32>) -> tensor<1x56x56x96xf32> loc("dw")
    %p = mn.constant dense<1.0> : tensor<1x1x96x24xf32>
    %2 = mn.pointwise_conv2d %1, %p : (tensor<1x56x56x96xf32>, tensor<1x1x96x24xf32>) -> tensor<1x56x56x24xf32> loc("project")
    return %2 : tensor<1x56x56x24xf32>
  }
}
