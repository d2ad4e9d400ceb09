// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt %s | mncc-opt | FileCheck %s

// CHECK-LABEL: func.func @image(
// CHECK: mn.batch_norm %arg0, %arg1, %arg2, %arg3, %arg4 epsilon 1.000000e-03
// CHECK-SAME: : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
func.func @image(%image: tensor<1x8x8x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>,
                 %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x8x8x16xf32> {
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 1.0e-3
         : (tensor<1x8x8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x8x8x16xf32>
  return %0 : tensor<1x8x8x16xf32>
}

// CHECK-LABEL: func.func @vector(
// CHECK: mn.batch_norm %arg0, %arg1, %arg2, %arg3, %arg4 epsilon 0.000000e+00
// CHECK-SAME: : (tensor<1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x16xf32>
func.func @vector(%image: tensor<1x16xf32>, %gamma: tensor<16xf32>, %beta: tensor<16xf32>,
                  %mean: tensor<16xf32>, %variance: tensor<16xf32>)
    -> tensor<1x16xf32> {
  %0 = mn.batch_norm %image, %gamma, %beta, %mean, %variance epsilon 0.0
         : (tensor<1x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
