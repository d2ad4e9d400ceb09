// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --plan-fusion %s | FileCheck %s
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --plan-fusion=explain %s 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: mncc-opt --set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" --choose-layouts --plan-fusion %s | FileCheck %s --check-prefix=NONE
// RUN: sed 's/attributes {}/attributes {mn.options = {threads = 2 : i64}}/' %s | mncc-opt --set-target="triple=x86_64-linux-gnu cpu=znver4" --choose-layouts --plan-fusion | FileCheck %s --check-prefix=NONE

// The row does not say what lies behind its L2; and threads share one layer at a time.
// NONE-NOT: mn.fused

module attributes {} {
  // CHECK-LABEL: func.func @network
  // CHECK-SAME: %[[X:.*]]: tensor
  func.func @network(%x: tensor<1x112x112x16xf32>) -> tensor<1x56x56x24xf32> {
    // The expanded tensor has 4.8 MB, L2 1 MB: it is never in memory as a whole.
    // WHY: remark: 11280 KiB need not travel beyond L2, {{[0-9]+}} cycles; strips lose {{-?[0-9]+}}; {{[0-9]+}} KiB of rings
    // CHECK: %[[CHAIN:.*]] = mn.fused %[[X]] strips [{{.*}}] rings [{{.*}}] : (tensor<1x112x112x16xf32>) -> tensor<1x56x56x24xf32> {
    // CHECK: mn.constant
    // CHECK: mn.pointwise_conv2d %{{.*}}layout = "nchw16c"
    // CHECK: mn.depthwise_conv2d %{{.*}}layout = "nchw16c"
    // CHECK: mn.pointwise_conv2d
    // CHECK: mn.yield
    %e = mn.constant dense<1.0> : tensor<1x1x16x96xf32>
    %0 = mn.pointwise_conv2d %x, %e : (tensor<1x112x112x16xf32>, tensor<1x1x16x96xf32>) -> tensor<1x112x112x96xf32>
    %d = mn.constant dense<1.0> : tensor<3x3x96x1xf32>
    %1 = mn.depthwise_conv2d %0, %d strides [2, 2] padding [0, 1, 0, 1] : (tensor<1x112x112x96xf32>, tensor<3x3x96x1xf32>) -> tensor<1x56x56x96xf32>
    %p = mn.constant dense<1.0> : tensor<1x1x96x24xf32>
    %2 = mn.pointwise_conv2d %1, %p : (tensor<1x56x56x96xf32>, tensor<1x1x96x24xf32>) -> tensor<1x56x56x24xf32>
    // CHECK: return %[[CHAIN]]
    return %2 : tensor<1x56x56x24xf32>
  }

  // CHECK-LABEL: func.func @apart
  func.func @apart(%x: tensor<1x112x112x16xf32>) -> (tensor<1x112x112x96xf32>, tensor<1x112x112x96xf32>) {
    // CHECK-NOT: mn.fused
    %e = mn.constant dense<1.0> : tensor<1x1x16x96xf32>
    %0 = mn.pointwise_conv2d %x, %e : (tensor<1x112x112x16xf32>, tensor<1x1x16x96xf32>) -> tensor<1x112x112x96xf32>
    %d = mn.constant dense<1.0> : tensor<3x3x96x1xf32>
    // Somebody else reads the expanded tensor.
    %1 = mn.depthwise_conv2d %0, %d padding [1, 1, 1, 1] : (tensor<1x112x112x96xf32>, tensor<3x3x96x1xf32>) -> tensor<1x112x112x96xf32>
    return %0, %1 : tensor<1x112x112x96xf32>, tensor<1x112x112x96xf32>
  }

  // CHECK-LABEL: func.func @small
  func.func @small(%x: tensor<1x14x14x64xf32>) -> tensor<1x14x14x64xf32> {
    // CHECK-NOT: mn.fused
    %e = mn.constant dense<1.0> : tensor<1x1x64x64xf32>
    // All of it stays in L2.
    %0 = mn.pointwise_conv2d %x, %e : (tensor<1x14x14x64xf32>, tensor<1x1x64x64xf32>) -> tensor<1x14x14x64xf32>
    %d = mn.constant dense<1.0> : tensor<3x3x64x1xf32>
    %1 = mn.depthwise_conv2d %0, %d padding [1, 1, 1, 1] : (tensor<1x14x14x64xf32>, tensor<3x3x64x1xf32>) -> tensor<1x14x14x64xf32>
    return %1 : tensor<1x14x14x64xf32>
  }
}
