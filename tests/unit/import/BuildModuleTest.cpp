// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/BuildModule.h"
#include "dialects/mn/Mn.h"
#include "tests/unit/import/ImportTesting.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

/// The module of the description `text` with random weights, as text with locations.
static std::string build(const std::string &text, std::optional<InputType> inputType = {}) {
  Diagnostics diagnostics;
  mlir::MLIRContext context;
  auto checked = loadText(text, diagnostics);
  if (failed(checked))
    return diagnostics.render();
  auto weights = loadWeights(checked->description, checked->shapes, "random:1", diagnostics);
  if (failed(weights))
    return diagnostics.render();
  Options options;
  options.inputType = inputType;
  auto module = buildModule(context, *checked, *weights, options, diagnostics);
  if (failed(module))
    return diagnostics.render();
  std::string out;
  llvm::raw_string_ostream stream(out);
  mlir::OpPrintingFlags flags;
  (*module)->print(stream, flags.elideLargeResourceString(8).enableDebugInfo(true, false));
  return out;
}

/// Expects every one of `parts` in `text`.
static void expectParts(const std::string &text, std::initializer_list<const char *> parts) {
  for (const char *part : parts)
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
}

TEST(BuildModule, EveryOp) {
  std::string text = build(describe(R"(
  {"name": "conv", "op": "conv2d", "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"},
  {"name": "bn", "op": "batch_norm", "epsilon": 0.01, "center": false},
  {"name": "dw", "op": "depthwise_conv2d", "kernel_size": [3, 1], "padding": [[1, 0], [0, 2]], "depth_multiplier": 2},
  {"name": "pw", "op": "pointwise_conv2d", "filters": 4, "use_bias": false},
  {"name": "relu", "op": "relu"}, {"name": "relu6", "op": "relu6"}, {"name": "sigmoid", "op": "sigmoid"},
  {"name": "hs", "op": "hard_swish"}, {"name": "hsig", "op": "hard_sigmoid"},
  {"name": "add", "op": "add", "inputs": ["hs", "hsig"]}, {"name": "mul", "op": "mul", "inputs": ["add", "hs"]},
  {"name": "ap", "op": "average_pool", "pool_size": 2, "strides": 1, "padding": "same"},
  {"name": "mp", "op": "max_pool", "pool_size": 2}, {"name": "pad", "op": "pad", "padding": [[1, 2], [3, 4]]},
  {"name": "up", "op": "resize", "size": [7, 5], "method": "bilinear", "half_pixel_centers": true},
  {"name": "cat", "op": "concat", "inputs": ["up", "up"]}, {"name": "gap", "op": "global_average_pool"},
  {"name": "rs", "op": "reshape", "shape": [2, 4]}, {"name": "flat", "op": "flatten"},
  {"name": "drop", "op": "dropout", "rate": 0.25}, {"name": "fc", "op": "fully_connected", "units": 5},
  {"name": "soft", "op": "softmax"})"));
  expectParts(text, {"func.func @network(%arg0: tensor<1x8x8x3xf32> {mn.name = \"input\"}",
                     "-> (tensor<1x5xf32> {mn.name = \"soft\"})",
                     "strides [2, 2] padding [0, 1, 0, 1] : (tensor<1x8x8x3xf32>, tensor<3x3x3x4xf32>, tensor<4xf32>)",
                     "epsilon 1.000000e-02", "padding [1, 0, 0, 2]", "mn.pointwise_conv2d", "axis 3", "mn.dropout",
                     "mn.stage = \"import\"", "#loc2 = loc(\"m.json\":4:12)", "loc(\"conv\"(#loc2))",
                     "dense_resource<conv_kernel_"});
}

TEST(BuildModule, ImagesOfBytes) {
  std::string text = build(R"({"input": {"shape": [4, 4, 1], "preprocessing": {"scale": 0.5, "mean": 1, "std": 2}},
      "layers": [{"name": "r", "op": "relu"}]})",
                           InputType::U8);
  expectParts(text, {"tensor<1x4x4x1xui8>", "scale [2.500000e-01] offset [-5.000000e-01]"});
}

static constexpr const char *kIntegers =
    R"({"input": {"shape": [4], "quantization": {"type": "uint8", "scale": 0.5, "zero_point": 7}},
        "layers": [{"name": "r", "op": "relu", "quantization": {"type": "uint8", "scale": 0.25, "zero_point": 2}}]})";

TEST(BuildModule, IntegersOfTheOtherType) {
  std::string text = build(kIntegers, InputType::S8);
  expectParts(text,
              {"%arg0: tensor<1x4xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = -121>>",
               "-> (tensor<1x4xui8, #mn.quantization<scale = 2.500000e-01 : f32, zero_point = 2>>",
               "%0 = mn.quantize %arg0 {numerics = #mn.numerics<tflm>}", "mn.relu %0", "loc(\"input_quantized\""});
  EXPECT_EQ(build(kIntegers, InputType::U8), build(kIntegers));
}

TEST(BuildModule, FloatsAroundIntegers) {
  expectParts(build(kIntegers, InputType::F32),
              {"%arg0: tensor<1x4xf32>", "-> (tensor<1x4xf32> {mn.name = \"r\"})", "mn.quantize %arg0", "mn.relu %0",
               "mn.dequantize %1", "loc(\"r_dequantized\""});
}

TEST(BuildModule, FloatsAreNoIntegers) {
  std::string text = build(R"({"input": {"shape": [4]}, "layers": [{"name": "r", "op": "relu"}]})", InputType::S8);
  expectParts(text,
              {"m.json:1:", "error: 'input' is of floats and expects no --input-type=s8", "note: --input-type=u8"});
}

TEST(BuildModule, WholeFamilyMemberVerifies) {
  std::string text = build(R"({"architecture": {"family": "mobilenet_v1", "width_multiplier": 0.25, "num_classes": 10,
      "padding": "keras"}, "input": {"shape": [96, 96, 3]}})");
  expectParts(text, {"mn.pad", "tensor<1x3x3x256xf32>", "mn.softmax", "loc(\"softmax\"(#loc2))",
                     "#loc2 = loc(\"m.json\":1:18)"});
}

TEST(BuildModule, Integers) {
  std::string text =
      build(R"({"input": {"shape": [4, 4, 2], "quantization": {"type": "uint8", "scale": 0.1, "zero_point": 7}},
      "layers": [
        {"name": "pw", "op": "pointwise_conv2d", "filters": 3, "activation": "relu6", "filter_zero_point": -4,
         "numerics": "xnnpack", "quantization": {"type": "uint8", "scale": 0.5, "zero_point": 0}},
        {"name": "gap", "op": "global_average_pool", "quantization": {"type": "uint8", "scale": 0.25, "zero_point": 1}},
        {"name": "floats", "op": "dequantize"}]})");
  expectParts(text,
              {"tensor<1x4x4x2xui8, #mn.quantization<scale = 1.000000e-01 : f32, zero_point = 7>>",
               "filter_zero_point -4 activation relu6 {numerics = #mn.numerics<xnnpack>}",
               "tensor<1x1x2x3xi8>, tensor<3xi32>, tensor<3xf32>)",
               "tensor<1x4x4x3xui8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>",
               "mn.global_average_pool %3 {numerics = #mn.numerics<tflm>}", "mn.dequantize", "-> tensor<1x3xf32>"});
}
