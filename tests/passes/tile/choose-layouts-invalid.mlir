// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --choose-layouts --verify-diagnostics %s

module {
  // expected-error @+1 {{expects the attribute 'mn.target' on the module}}
  func.func @no_target(%x: tensor<1x8xf32>) -> tensor<1x8xf32> {
    %0 = mn.relu %x : (tensor<1x8xf32>) -> tensor<1x8xf32>
    return %0 : tensor<1x8xf32>
  }
}
