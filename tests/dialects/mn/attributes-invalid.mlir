// SPDX-License-Identifier: Apache-2.0
// RUN: mncc-opt --verify-diagnostics --split-input-file %s

// module_c1
// expected-error @below {{attribute 'mn.target' expects a target '#mn.target<{...}>', found "znver4"}}
module attributes {mn.target = "znver4"} {}

// -----

// module_c2
// expected-error @below {{attribute 'mn.stage' expects one of "import", "fuse", "tile", "lower", found "emit"}}
module attributes {mn.stage = "emit"} {}

// -----

// module_c3
// expected-error @below {{attribute 'mn.options' expects a dictionary of 'hooks', a unit, 'threads', an integer from 2 to 64, 'weights_format', "f16" or "bf16", and 'precision', "f16" or "bf16", found {threads = 1 : i64}}}
module attributes {mn.options = {threads = 1}} {}

// -----

// module_c3
// expected-error @below {{attribute 'mn.options' expects a dictionary of 'hooks', a unit, 'threads', an integer from 2 to 64, 'weights_format', "f16" or "bf16", and 'precision', "f16" or "bf16", found {speed = 2 : i64}}}
module attributes {mn.options = {speed = 2}} {}

// -----

// expected-error @below {{schedule expects a vector of 1, 4, 8 or 16 lanes, found 2}}
func.func private @schedule_c1() attributes {s = #mn.schedule<vector = 2, pixels = 6, channels = 64, unroll = 4, order = panel_outer>}

// -----

// expected-error @below {{schedule expects 1 to 32 pixels a tile, found 33}}
func.func private @schedule_c2() attributes {s = #mn.schedule<vector = 8, pixels = 33, channels = 64, unroll = 4, order = panel_outer>}

// -----

// expected-error @below {{schedule expects 1 to 32 vectors of 8 channels a tile, found 12 channels}}
func.func private @schedule_c3() attributes {s = #mn.schedule<vector = 8, pixels = 6, channels = 12, unroll = 4, order = panel_outer>}

// -----

// expected-error @below {{schedule expects 1 to 32 vectors of 4 channels a tile, found 132 channels}}
func.func private @schedule_c3() attributes {s = #mn.schedule<vector = 4, pixels = 6, channels = 132, unroll = 4, order = panel_outer>}

// -----

// expected-error @below {{schedule expects an unroll factor from 1 to 128, found 0}}
func.func private @schedule_c4() attributes {s = #mn.schedule<vector = 8, pixels = 6, channels = 8, unroll = 0, order = panel_outer>}

// -----

// expected-error @below {{schedule expects 0 to 32 lines to prefetch, found 33}}
func.func private @schedule_c7() attributes {s = #mn.schedule<vector = 8, pixels = 6, channels = 8, unroll = 1, order = panel_outer, prefetch = 33>}

// -----

// expected-error @below {{schedule expects 1 to 8 rows a tile, found 9}}
func.func private @schedule_c6() attributes {s = #mn.schedule<vector = 8, pixels = 6, channels = 8, unroll = 9, order = panel_outer, rows = 9>}

// -----

// expected-error @below {{schedule expects 1 to 64 parts, found 65}}
func.func private @schedule_c5() attributes {s = #mn.schedule<vector = 8, pixels = 6, channels = 8, unroll = 1, order = panel_outer, parts = 65>}

// -----

// expected-error @below {{placement expects the space arena, input or output, found weights}}
func.func private @placement_c1() attributes {p = #mn.placement<space = weights, index = 0, offset = 0, bytes = 64>}

// -----

// expected-error @below {{placement expects an index, offset and bytes of at least 0}}
func.func private @placement_c2() attributes {p = #mn.placement<space = output, index = -1, offset = 0, bytes = 64>}

// -----

// expected-error @below {{placement in the arena expects index 0 and an offset that is a multiple of 64, found 32}}
func.func private @placement_c3() attributes {p = #mn.placement<space = arena, index = 0, offset = 32, bytes = 64>}

// -----

// expected-error @below {{target expects 'fma_latency' from 1 to 100, found 0}}
func.func private @target_c1() attributes {t = #mn.target<{fma_latency = 0}>}

// -----

// expected-error @below {{target expects 'vector_bits' to be 128, 256 or 512, found 192}}
func.func private @target_c2() attributes {t = #mn.target<{vector_bits = 192}>}

// -----

// expected-error @below {{target expects dictionaries in 'codegen', found "znver4"}}
func.func private @target_c3() attributes {t = #mn.target<{codegen = ["znver4"]}>}

// -----

// expected-error @below {{target expects 'unroll' from 1 to 32, found 2147483648}}
func.func private @target_c3() attributes {t = #mn.target<{codegen = [{tune_cpu = "znver4", unroll = 2147483648}]}>}

// -----

// expected-error @below {{target expects 'loop_align' to be a power of two, found 48}}
func.func private @target_c4() attributes {t = #mn.target<{loop_align = 48}>}

// -----

// expected-error @below {{expects a positive, normal scale of f32, found 0.000000e+00 : f32}}
func.func private @quantization_c1(tensor<1x8xi8, #mn.quantization<scale = 0.0 : f32, zero_point = 0>>)

// -----

// expected-error @below {{expects a positive, normal scale of f32, found 1.401300e-45 : f32}}
func.func private @quantization_c1(tensor<1x8xi8, #mn.quantization<scale = 1.4e-45 : f32, zero_point = 0>>)

// -----

// expected-error @below {{expects a positive, normal scale of f32, found 0x7F800000 : f32}}
func.func private @quantization_c1(tensor<1x8xi8, #mn.quantization<scale = 0x7F800000 : f32, zero_point = 0>>)

// -----

// expected-error @below {{expects a positive, normal scale of f32, found 1.000000e+00 : f64}}
func.func private @quantization_c1(tensor<1x8xi8, #mn.quantization<scale = 1.0 : f64, zero_point = 0>>)

// -----

// expected-error @below {{expects #mn.quantization on tensors of i8 or ui8, found 'f32'}}
func.func private @quantization_c2(tensor<1x8xf32, #mn.quantization<scale = 1.0 : f32, zero_point = 0>>)

// -----

// expected-error @below {{expects #mn.quantization on tensors of i8 or ui8, found 'si8'}}
func.func private @quantization_c2(tensor<1x8xsi8, #mn.quantization<scale = 1.0 : f32, zero_point = 0>>)

// -----

// expected-error @below {{expects a zero point from -128 to 127, found 128}}
func.func private @quantization_c3(tensor<1x8xi8, #mn.quantization<scale = 1.0 : f32, zero_point = 128>>)

// -----

// expected-error @below {{expects a zero point from 0 to 255, found -1}}
func.func private @quantization_c3(tensor<1x8xui8, #mn.quantization<scale = 1.0 : f32, zero_point = -1>>)
