// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --canonicalize %s | FileCheck %s

// CHECK-LABEL: func.func @dropout(
// CHECK-SAME: %[[IMAGE:.*]]: tensor
// CHECK-NEXT: return %[[IMAGE]]
func.func @dropout(%image: tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = mn.dropout %image : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func.func @pad_of_nothing(
// CHECK-SAME: %[[IMAGE:.*]]: tensor
// CHECK-NEXT: return %[[IMAGE]]
func.func @pad_of_nothing(%image: tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = mn.pad %image padding [0, 0, 0, 0] : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func.func @pad_of_one_column(
// CHECK: mn.pad
func.func @pad_of_one_column(%image: tensor<1x4x4x8xf32>) -> tensor<1x4x5x8xf32> {
  %0 = mn.pad %image padding [0, 0, 0, 1] : (tensor<1x4x4x8xf32>) -> tensor<1x4x5x8xf32>
  return %0 : tensor<1x4x5x8xf32>
}

// CHECK-LABEL: func.func @reshape_to_itself(
// CHECK-SAME: %[[IMAGE:.*]]: tensor
// CHECK-NEXT: return %[[IMAGE]]
func.func @reshape_to_itself(%image: tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32> {
  %0 = mn.reshape %image : (tensor<1x4x4x8xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func.func @reshape_to_another_shape(
// CHECK: mn.reshape
func.func @reshape_to_another_shape(%image: tensor<1x4x4x8xf32>) -> tensor<1x2x8x8xf32> {
  %0 = mn.reshape %image : (tensor<1x4x4x8xf32>) -> tensor<1x2x8x8xf32>
  return %0 : tensor<1x2x8x8xf32>
}

// CHECK-LABEL: func.func @flatten_of_a_vector(
// CHECK-SAME: %[[VECTOR:.*]]: tensor
// CHECK-NEXT: return %[[VECTOR]]
func.func @flatten_of_a_vector(%vector: tensor<1x8xf32>) -> tensor<1x8xf32> {
  %0 = mn.flatten %vector : (tensor<1x8xf32>) -> tensor<1x8xf32>
  return %0 : tensor<1x8xf32>
}

// CHECK-LABEL: func.func @flatten_of_an_image(
// CHECK: mn.flatten
func.func @flatten_of_an_image(%image: tensor<1x4x4x8xf32>) -> tensor<1x128xf32> {
  %0 = mn.flatten %image : (tensor<1x4x4x8xf32>) -> tensor<1x128xf32>
  return %0 : tensor<1x128xf32>
}

// Equal constants become one; a layer without uses goes.
// CHECK-LABEL: func.func @constants(
// CHECK: %[[WEIGHTS:.*]] = mn.constant
// CHECK-NOT: mn.constant
// CHECK-NOT: mn.relu
// CHECK: mn.add %[[WEIGHTS]], %[[WEIGHTS]]
func.func @constants() -> tensor<1x2xf32> {
  %0 = mn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %1 = mn.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %unused = mn.relu %0 : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = mn.add %0, %1 : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}
