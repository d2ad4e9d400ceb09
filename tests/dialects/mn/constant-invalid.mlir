// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

func.func @constant_c1() -> tensor<8xf32> {
  // expected-error @below {{expects a dense or a dense_resource value, found sparse}}
  %0 = mn.constant sparse<[[0]], [1.0]> : tensor<8xf32>
  return %0 : tensor<8xf32>
}

// -----

func.func @element_type() -> tensor<2xf64> {
  // expected-error @below {{result #0 must be statically shaped tensor of 32-bit float or 16-bit float or bfloat16 type or 8-bit signless integer or 32-bit signless integer values, but got 'tensor<2xf64>'}}
  %0 = mn.constant dense<[1.0, 2.0]> : tensor<2xf64>
  return %0 : tensor<2xf64>
}
