// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @small(
// CHECK: mn.constant dense<[1.000000e+00, -2.500000e+00]> : tensor<2xf32>
func.func @small() -> tensor<2xf32> {
  %0 = mn.constant dense<[1.0, -2.5]> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @resource(
// CHECK: mn.constant dense_resource<conv_bias_0123456789abcdef> : tensor<2xf32>
func.func @resource() -> tensor<2xf32> {
  %0 = mn.constant dense_resource<conv_bias_0123456789abcdef> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func.func @integers(
// CHECK: mn.constant dense<[-128, 127]> : tensor<2xi8>
// CHECK: mn.constant dense<[-2147483648, 2147483647]> : tensor<2xi32>
func.func @integers() -> (tensor<2xi8>, tensor<2xi32>) {
  %0 = mn.constant dense<[-128, 127]> : tensor<2xi8>
  %1 = mn.constant dense<[-2147483648, 2147483647]> : tensor<2xi32>
  return %0, %1 : tensor<2xi8>, tensor<2xi32>
}

// CHECK: conv_bias_0123456789abcdef: "0x400000000000803F00000040"
{-#
  dialect_resources: { builtin: { conv_bias_0123456789abcdef: "0x400000000000803F00000040" } }
#-}
