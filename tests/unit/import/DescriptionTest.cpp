// SPDX-License-Identifier: Apache-2.0
// Parsing, sorting and printing of descriptions. The messages of bad ones are in tests/compiler/bad-input.
#include "compiler/import/PrintDescription.h"
#include "tests/unit/import/ImportTesting.h"

#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

/// One layer of every op, with every field.
static const char *kEverything = R"({"name": "net", "description": "all", "$schema": "s",
"inputs": [{"name": "image", "shape": [9, 8, 3], "preprocessing": {"channel_order": "bgr", "scale": 0.00392156862745098,
            "mean": [0.1, 0.2, 0.3], "std": 0.5, "resize": "nearest", "crop": [1, 2, 30, 40], "pad": [0, 1, 2, 3]}},
           {"name": "side", "shape": [4]}],
"layers": [
  {"name": "conv", "op": "conv2d", "inputs": ["image"], "filters": 4, "kernel_size": 3, "strides": [2, 1],
   "padding": "same", "dilations": [1, 2], "use_bias": false},
  {"name": "bn", "op": "batch_norm", "epsilon": 1e-05, "scale": false, "center": true},
  {"name": "dw", "op": "depthwise_conv2d", "kernel_size": [3, 1], "padding": [[1, 0], [0, 2]], "depth_multiplier": 2},
  {"name": "pw", "op": "pointwise_conv2d", "filters": 4, "strides": 2},
  {"name": "relu", "op": "relu"}, {"name": "relu6", "op": "relu6"}, {"name": "sigmoid", "op": "sigmoid"},
  {"name": "hs", "op": "hard_swish"}, {"name": "hsig", "op": "hard_sigmoid"},
  {"name": "add", "op": "add", "inputs": ["hs", "hsig"]}, {"name": "mul", "op": "mul", "inputs": ["add", "side"]},
  {"name": "ap", "op": "average_pool", "pool_size": 2, "strides": 1, "padding": "same"},
  {"name": "mp", "op": "max_pool", "pool_size": [2, 2], "strides": 1, "padding": [[1, 0], [1, 1]]},
  {"name": "pad", "op": "pad", "padding": [[1, 2], [3, 4]]},
  {"name": "up", "op": "resize", "size": [7, 5], "method": "bilinear", "half_pixel_centers": true},
  {"name": "cat", "op": "concat", "inputs": ["up", "up"], "axis": 3},
  {"name": "gap", "op": "global_average_pool", "keep_dims": true}, {"name": "rs", "op": "reshape", "shape": [2, -1]},
  {"name": "flat", "op": "flatten"}, {"name": "drop", "op": "dropout", "rate": 0.25},
  {"name": "fc", "op": "fully_connected", "units": 5}, {"name": "soft", "op": "softmax"},
  {"name": "q", "op": "quantize", "quantization": {"type": "uint8", "scale": 0.00390625, "zero_point": 3}},
  {"name": "deq", "op": "dequantize"}],
"outputs": ["soft", "up"], "weights": "w \"1\".safetensors", "labels": "labels.txt"})";

TEST(Description, EveryOpAndField) {
  Diagnostics diagnostics;
  auto checked = loadText(kEverything, diagnostics);
  ASSERT_TRUE(succeeded(checked)) << diagnostics.render();
  const Description &net = checked->description;
  EXPECT_EQ(net.layers.size(), getOps().size());
  EXPECT_EQ(net.layers[0].strides, (std::array<int64_t, 2>{2, 1}));
  EXPECT_EQ(net.layers[2].padding.pixels, (std::array<int64_t, 4>{1, 0, 0, 2}));
  EXPECT_EQ(net.layers[1].inputs, std::vector<std::string>{"conv"});
  EXPECT_EQ(net.layers[1].location.text(), "m.json:8:12");
  EXPECT_EQ(net.inputs[0].preprocessing->std, (std::vector<double>{0.5, 0.5, 0.5}));
  auto shape = [&](const char *name) { return checked->shapes.find(name)->second; };
  EXPECT_EQ(shape("conv"), (Shape{5, 8, 4}));
  EXPECT_EQ(shape("dw"), (Shape{4, 10, 8}));
  EXPECT_EQ(shape("pw"), (Shape{2, 5, 4}));
  EXPECT_EQ(shape("ap"), (Shape{2, 5, 4}));
  EXPECT_EQ(shape("mp"), (Shape{2, 6, 4}));
  EXPECT_EQ(shape("pad"), (Shape{5, 13, 4}));
  EXPECT_EQ(shape("cat"), (Shape{7, 5, 8}));
  EXPECT_EQ(shape("gap"), (Shape{1, 1, 8}));
  EXPECT_EQ(shape("rs"), (Shape{2, 4}));
  EXPECT_EQ(shape("soft"), (Shape{5}));
}

TEST(Description, PrintingAndReadingBackChangesNothing) {
  Diagnostics diagnostics;
  auto first = loadText(kEverything, diagnostics);
  ASSERT_TRUE(succeeded(first)) << diagnostics.render();
  std::string text = printDescription(first->description);
  auto second = loadText(text, diagnostics);
  ASSERT_TRUE(succeeded(second)) << diagnostics.render();
  EXPECT_EQ(printDescription(second->description), text);
  EXPECT_EQ(first->shapes, second->shapes);
  EXPECT_EQ(first->description.inputs[0].preprocessing, second->description.inputs[0].preprocessing);
}

TEST(Description, LayersAreSortedAndStable) {
  Diagnostics diagnostics;
  auto checked = loadText(describe(R"({"name": "d", "op": "add", "inputs": ["b", "c"]},
    {"name": "b", "op": "relu", "inputs": ["a"]}, {"name": "a", "op": "relu", "inputs": ["input"]},
    {"name": "c", "op": "relu6", "inputs": ["a"]}, {"name": "e", "op": "relu", "inputs": ["a"]})"),
                          diagnostics);
  ASSERT_TRUE(succeeded(checked)) << diagnostics.render();
  std::string order;
  for (const Layer &layer : checked->description.layers)
    order += layer.name;
  EXPECT_EQ(order, "abcde");
  EXPECT_EQ(checked->description.outputs, (std::vector<std::string>{"d", "e"}));
}

TEST(Description, DefaultsOfNameAndInput) {
  Diagnostics diagnostics;
  auto checked = loadText(R"({"input": {"shape": [3]}, "layers": [{"name": "r", "op": "relu"}]})", diagnostics);
  ASSERT_TRUE(succeeded(checked));
  EXPECT_EQ(checked->description.name, "m");
  EXPECT_EQ(checked->description.inputs[0].name, "input");
  EXPECT_EQ(checked->description.outputs, std::vector<std::string>{"r"});
  EXPECT_FALSE(checked->description.weights);
}

TEST(Description, PathsAreRelativeToTheFile) {
  auto file = std::make_shared<SourceFile>(SourceFile{"models/fashion/m.json", "x"});
  EXPECT_EQ((FileReference{"w.safetensors", {file, 0}}.resolve()), "models/fashion/w.safetensors");
  EXPECT_EQ((FileReference{"/w.safetensors", {file, 0}}.resolve()), "/w.safetensors");
}

TEST(Description, SamePaddingIsThatOfTFLite) {
  Layer layer;
  layer.op = LayerOp::Conv2D;
  layer.kernelSize = {3, 3};
  layer.padding.kind = Padding::Kind::Same;
  using Pixels = std::array<int64_t, 4>;
  layer.strides = {2, 2};
  EXPECT_EQ(resolvePadding(layer, {224, 225, 3}), (Pixels{0, 1, 1, 1}));
  layer.strides = {1, 3};
  EXPECT_EQ(resolvePadding(layer, {5, 7, 3}), (Pixels{1, 1, 1, 1}));
  layer.dilations = {2, 1};
  layer.strides = {1, 4};
  EXPECT_EQ(resolvePadding(layer, {5, 8, 3}), (Pixels{2, 2, 0, 0}));
}
