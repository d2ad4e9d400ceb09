// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --pass-pipeline='builtin.module(func.func(round-weights))' --verify-diagnostics %s

module attributes {mn.options = {weights_format = "f16"}} {
  func.func @too_large(%vector: tensor<1x2xf32>) -> tensor<1x1xf32> {
    %filter = mn.constant dense<70000.0> : tensor<2x1xf32>
    // expected-error @below {{expects weights of at most 6.550400e+04 in 'f16', found 7.000000e+04}}
    // expected-note @below {{--weights-format=bf16 has the range of f32}}
    %fc = mn.fully_connected %vector, %filter : (tensor<1x2xf32>, tensor<2x1xf32>) -> tensor<1x1xf32>
    return %fc : tensor<1x1xf32>
  }
}
