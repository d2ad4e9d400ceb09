// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=cortex-a53" --choose-layouts --choose-tiles --plan-arena --lower-to-kernels %s | FileCheck %s
// RUN: mncc-opt --set-target="triple=aarch64-linux-gnu cpu=cortex-a72" --choose-layouts --choose-tiles --plan-arena --lower-to-kernels %s | FileCheck %s --check-prefix=OUT

// An in-order core would wait for each fma of an exponential: five of them stand side by side. Their sum stays one chain.
// CHECK-COUNT-9: vector.fma
// CHECK: arith.addf {{.*}} : f32{{$}}
// CHECK: memref.store
// CHECK-NEXT: } {mn.unroll}
// CHECK-NEXT: } {mn.unroll = 5 : i64}
// OUT-COUNT-9: vector.fma
// OUT-NOT: mn.unroll =
module {
  func.func @network(%input: tensor<1x1000xf32>) -> tensor<1x1000xf32> {
    %0 = mn.softmax %input : (tensor<1x1000xf32>) -> tensor<1x1000xf32>
    return %0 : tensor<1x1000xf32>
  }
}
