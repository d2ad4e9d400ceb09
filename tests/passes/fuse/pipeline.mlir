// SPDX-License-Identifier: Apache-2.0
// The whole stage on a small MobileNetV2: six layers are left of sixteen.
// RUN: mncc-opt --fuse %s | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: mncc-opt --fuse=disable=fuse-depthwise-bn-relu6,fuse-residual-add %s | FileCheck %s --check-prefixes=CHECK,SOME
// RUN: not mncc-opt --fuse=disable=fold-batch-norm %s 2>&1 | FileCheck %s --check-prefix=REFUSED

// CHECK-LABEL: @network
// CHECK-SAME: %[[IMAGE:.*]]: tensor<1x8x8x1xui8>
// CHECK: %[[CONV:.*]] = mn.conv2d %[[IMAGE]], {{.*}} strides [2, 2] padding [0, 1, 0, 1] activation relu6
// CHECK-SAME: {fused = ["conv_bn", "conv_relu6"]}

// ALL: %[[DW:.*]] = mn.depthwise_conv2d %[[CONV]], {{.*}} padding [1, 1, 1, 1] activation relu6
// ALL-SAME: {fused = ["dw_bn", "dw_relu6"]}
// SOME: %[[SUM:.*]] = mn.depthwise_conv2d %[[CONV]], {{.*}} {fused = ["dw_bn"]}
// SOME: %[[DW:.*]] = mn.relu6 %[[SUM]]

// ALL: %[[PW:.*]] = mn.pointwise_conv2d %[[DW]], {{.*}} skip(%[[CONV]]) {fused = ["pw_bn", "add"]}
// SOME: %[[PROJECT:.*]] = mn.pointwise_conv2d %[[DW]], {{.*}} {fused = ["pw_bn"]}
// SOME: %[[PW:.*]] = mn.add %[[CONV]], %[[PROJECT]]

// CHECK-NEXT: %[[POOL:.*]] = mn.global_average_pool %[[PW]]
// CHECK: %[[FC:.*]] = mn.fully_connected %[[POOL]]
// CHECK-NEXT: %[[SOFTMAX:.*]] = mn.softmax %[[FC]]
// CHECK-NEXT: return %[[SOFTMAX]]

// REFUSED: net.json:9:5: error: expects no 'mn.batch_norm' here after the fuse stage
// REFUSED: note: the pass 'fold-batch-norm' takes it in: it must not be disabled
func.func @network(%image: tensor<1x8x8x1xui8>) -> tensor<1x2xf32> {
  %one = mn.constant dense<1.0> : tensor<1xf32>
  %k3 = mn.constant dense<1.0> : tensor<3x3x1x1xf32>
  %k1 = mn.constant dense<1.0> : tensor<1x1x1x1xf32>
  %units = mn.constant dense<1.0> : tensor<1x2xf32>
  %input = mn.normalize %image scale [0.0078125] offset [-1.0] : (tensor<1x8x8x1xui8>) -> tensor<1x8x8x1xf32>
  %pad = mn.pad %input padding [0, 1, 0, 1] : (tensor<1x8x8x1xf32>) -> tensor<1x9x9x1xf32>
  %conv = mn.conv2d %pad, %k3 strides [2, 2] : (tensor<1x9x9x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x1xf32> loc("conv")
  %conv_bn = mn.batch_norm %conv, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("conv_bn")
  %conv_relu6 = mn.relu6 %conv_bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("conv_relu6")
  %dw = mn.depthwise_conv2d %conv_relu6, %k3 padding [1, 1, 1, 1] : (tensor<1x4x4x1xf32>, tensor<3x3x1x1xf32>) -> tensor<1x4x4x1xf32> loc("dw")
  %dw_bn = mn.batch_norm %dw, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("dw_bn")
  %dw_relu6 = mn.relu6 %dw_bn : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("dw_relu6")
  %pw = mn.pointwise_conv2d %dw_relu6, %k1 : (tensor<1x4x4x1xf32>, tensor<1x1x1x1xf32>) -> tensor<1x4x4x1xf32> loc("pw")
  %pw_bn = mn.batch_norm %pw, %one, %one, %one, %one epsilon 1.0e-3 : (tensor<1x4x4x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x4x4x1xf32> loc("pw_bn"("net.json":9:5))
  %add = mn.add %conv_relu6, %pw_bn : (tensor<1x4x4x1xf32>, tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32> loc("add")
  %pool = mn.global_average_pool %add : (tensor<1x4x4x1xf32>) -> tensor<1x1xf32> loc("pool")
  %flat = mn.flatten %pool : (tensor<1x1xf32>) -> tensor<1x1xf32> loc("flat")
  %dropout = mn.dropout %flat : (tensor<1x1xf32>) -> tensor<1x1xf32> loc("dropout")
  %fc = mn.fully_connected %dropout, %units : (tensor<1x1xf32>, tensor<1x2xf32>) -> tensor<1x2xf32> loc("fc")
  %softmax = mn.softmax %fc : (tensor<1x2xf32>) -> tensor<1x2xf32> loc("softmax")
  return %softmax : tensor<1x2xf32>
}
