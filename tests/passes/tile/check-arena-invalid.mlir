// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --check-arena --split-input-file --verify-diagnostics %s

module attributes {mn.arena_bytes = 128 : i64} {
  func.func @overlap(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-note @+1 {{this layer's result lies at bytes 0 to 128}}
    %0 = mn.softmax %x {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 128>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    // expected-error @+1 {{writes bytes 64 to 128 while another tensor that is still read lies there}}
    %1 = mn.softmax %0 {placement = #mn.placement<space = arena, index = 0, offset = 64, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    %2 = mn.relu %1 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %2 : tensor<1x16xf32>
  }
}

// -----

// A relu may work in place, but not where its input is read again.
module attributes {mn.arena_bytes = 64 : i64} {
  func.func @read_later(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-note @+1 {{this layer's result lies at bytes 0 to 64}}
    %0 = mn.softmax %x {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    // expected-error @+1 {{writes bytes 0 to 64 while another tensor that is still read lies there}}
    %1 = mn.relu %0 {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    %2 = mn.add %0, %1 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>, tensor<1x16xf32>) -> tensor<1x16xf32>
    return %2 : tensor<1x16xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 64 : i64} {
  func.func @outside(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-error @+1 {{expects a placement inside the arena of 64 bytes, found 64 bytes from 64}}
    %0 = mn.softmax %x {placement = #mn.placement<space = arena, index = 0, offset = 64, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    %1 = mn.relu %0 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %1 : tensor<1x16xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 64 : i64} {
  func.func @too_small(%x: tensor<1x20xf32>) -> tensor<1x20xf32> {
    // expected-error @+1 {{expects a placement of at least 96 bytes, found 64}}
    %0 = mn.relu %x {layout = "nchw8c", placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 64>} : (tensor<1x20xf32>) -> tensor<1x20xf32>
    %1 = mn.relu %0 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 80>} : (tensor<1x20xf32>) -> tensor<1x20xf32>
    return %1 : tensor<1x20xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 64 : i64} {
  func.func @returned_from_the_arena(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-error @+1 {{is returned, but lies in the arena instead of an output}}
    %0 = mn.relu %x {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 0 : i64} {
  func.func @blocked_output(%x: tensor<1x2x2x16xf32>) -> tensor<1x2x2x16xf32> {
    // expected-error @+1 {{expects the layout nhwc in an output, where the caller reads it, found nchw8c}}
    %0 = mn.relu %x {layout = "nchw8c", placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 256>} : (tensor<1x2x2x16xf32>) -> tensor<1x2x2x16xf32>
    return %0 : tensor<1x2x2x16xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 64 : i64} {
  func.func @wrong_output(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-error @+1 {{lies in output 0, but is not what the network returns there}}
    %0 = mn.relu %x {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    %1 = mn.relu6 %0 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %1 : tensor<1x16xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 64 : i64} {
  func.func @over_an_input(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-error @+1 {{expects a result in the arena or in an output, found one in the space input}}
    %0 = mn.relu %x {placement = #mn.placement<space = input, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}

// -----

module attributes {mn.arena_bytes = 64 : i64} {
  func.func @unplaced(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    // expected-error @+1 {{expects a placement from plan-arena}}
    %0 = mn.relu %x : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}

// -----

module {
  // expected-error @+1 {{expects the attribute 'mn.arena_bytes' on the module}}
  func.func @no_size(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
    %0 = mn.relu %x {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>} : (tensor<1x16xf32>) -> tensor<1x16xf32>
    return %0 : tensor<1x16xf32>
  }
}

// -----

// A ring is written and read all through its chain, so it cannot lie where the chain's input does.
module attributes {mn.arena_bytes = 4096 : i64} {
  func.func @ring_on_input(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    // expected-note @+1 {{this layer's result lies at bytes 0 to 2048}}
    %0 = mn.relu %x {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    %1 = mn.fused %0 strips [1, 1] rings [3] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    ^bb0(%in: tensor<1x8x8x8xf32>):
      %e = mn.constant dense<1.0> : tensor<1x1x8x8xf32>
      // expected-error @+1 {{writes bytes 1024 to 1792 while another tensor that is still read lies there}}
      %2 = mn.pointwise_conv2d %in, %e {placement = #mn.placement<space = arena, index = 0, offset = 1024, bytes = 768>} : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
      %d = mn.constant dense<1.0> : tensor<3x3x8x1xf32>
      %3 = mn.depthwise_conv2d %2, %d padding [1, 1, 1, 1] {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>, tensor<3x3x8x1xf32>) -> tensor<1x8x8x8xf32>
      mn.yield %3 : tensor<1x8x8x8xf32>
    }
    return %1 : tensor<1x8x8x8xf32>
  }
}

// -----

// Rows of the input under a window are read again after the row of the result was written.
module attributes {mn.arena_bytes = 4096 : i64} {
  func.func @window_in_place(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    // expected-note @+1 {{this layer's result lies at bytes 0 to 2048}}
    %0 = mn.relu %x {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    // expected-error @+1 {{writes bytes 0 to 2048 while another tensor that is still read lies there}}
    %1 = mn.fused %0 strips [1, 1] rings [1] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    ^bb0(%in: tensor<1x8x8x8xf32>):
      %d = mn.constant dense<1.0> : tensor<3x3x8x1xf32>
      %2 = mn.depthwise_conv2d %in, %d padding [1, 1, 1, 1] {placement = #mn.placement<space = arena, index = 0, offset = 2048, bytes = 256>} : (tensor<1x8x8x8xf32>, tensor<3x3x8x1xf32>) -> tensor<1x8x8x8xf32>
      %e = mn.constant dense<1.0> : tensor<1x1x8x8xf32>
      %3 = mn.pointwise_conv2d %2, %e skip(%in) {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
      mn.yield %3 : tensor<1x8x8x8xf32>
    }
    %4 = mn.relu %1 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    return %4 : tensor<1x8x8x8xf32>
  }
}

// -----

// A ring holds what its rows need.
module attributes {mn.arena_bytes = 4096 : i64} {
  func.func @short_ring(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    %1 = mn.fused %x strips [1, 1] rings [3] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    ^bb0(%in: tensor<1x8x8x8xf32>):
      %e = mn.constant dense<1.0> : tensor<1x1x8x8xf32>
      // expected-error @+1 {{expects a placement of at least 768 bytes, found 512}}
      %2 = mn.pointwise_conv2d %in, %e {placement = #mn.placement<space = arena, index = 0, offset = 1024, bytes = 512>} : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
      %d = mn.constant dense<1.0> : tensor<3x3x8x1xf32>
      %3 = mn.depthwise_conv2d %2, %d padding [1, 1, 1, 1] {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>, tensor<3x3x8x1xf32>) -> tensor<1x8x8x8xf32>
      mn.yield %3 : tensor<1x8x8x8xf32>
    }
    return %1 : tensor<1x8x8x8xf32>
  }
}

// -----

// Nor where the chain's result does.
module attributes {mn.arena_bytes = 4096 : i64} {
  func.func @ring_on_result(%x: tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    // expected-error @+1 {{writes bytes 0 to 2048 while another tensor that is still read lies there}}
    %1 = mn.fused %x strips [1, 1] rings [8] : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> {
    ^bb0(%in: tensor<1x8x8x8xf32>):
      %e = mn.constant dense<1.0> : tensor<1x1x8x8xf32>
      // expected-note @+1 {{this layer's result lies at bytes 0 to 2048}}
      %2 = mn.pointwise_conv2d %in, %e {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>, tensor<1x1x8x8xf32>) -> tensor<1x8x8x8xf32>
      %d = mn.constant dense<1.0> : tensor<3x3x8x1xf32>
      %3 = mn.depthwise_conv2d %2, %d padding [1, 1, 1, 1] {placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>, tensor<3x3x8x1xf32>) -> tensor<1x8x8x8xf32>
      mn.yield %3 : tensor<1x8x8x8xf32>
    }
    %4 = mn.relu %1 {placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 2048>} : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32>
    return %4 : tensor<1x8x8x8xf32>
  }
}
