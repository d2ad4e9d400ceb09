// SPDX-License-Identifier: Apache-2.0
// The table of the paper: multiply-adds and parameters of the family.
#include "compiler/import/Parameters.h"
#include "compiler/import/PrintDescription.h"
#include "tests/unit/import/ImportTesting.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

static std::string describeV1(double width, int resolution, const std::string &more = "") {
  return fmt::format(R"({{"name": "m", "architecture": {{"family": "mobilenet_v1", "width_multiplier": {},
      "num_classes": 1000{}}}, "input": {{"shape": [{}, {}, 3]}}}})",
                     width, more, resolution, resolution);
}

static NetworkSize count(const std::string &text) {
  Diagnostics diagnostics;
  auto checked = loadText(text, diagnostics);
  EXPECT_TRUE(succeeded(checked)) << diagnostics.render();
  auto parameters = listParameters(checked->description, checked->shapes, diagnostics);
  EXPECT_TRUE(succeeded(parameters));
  return countParameters(checked->shapes, *parameters);
}

TEST(MobileNetV1, ExactCounts) {
  NetworkSize size = count(describeV1(1, 224));
  EXPECT_EQ(size.multiplyAdds, 568740352);
  EXPECT_EQ(size.trainableParameters, 4231976);
  EXPECT_EQ(size.parameters, 4253864);
}

/// Within 1 of the last digit that the paper prints.
static void expectMillions(double printed, double digit, int64_t counted) {
  EXPECT_LE(std::abs(counted / 1e6 - printed), digit) << counted;
}

TEST(MobileNetV1, TablesOfThePaper) {
  struct Row {
    double width;
    int resolution;
    double multiplyAdds, parameters;
  };
  for (Row row : {Row{1, 224, 569, 4.2},
                  {0.75, 224, 325, 2.6},
                  {0.5, 224, 149, 1.3},
                  {0.25, 224, 41, 0.5},
                  {1, 192, 418, 4.2},
                  {1, 160, 290, 4.2},
                  {1, 128, 186, 4.2}}) {
    NetworkSize size = count(describeV1(row.width, row.resolution));
    expectMillions(row.multiplyAdds, 1, size.multiplyAdds);
    expectMillions(row.parameters, 0.1, size.trainableParameters);
  }
  NetworkSize shallow = count(describeV1(1, 224, ", \"shallow\": true"));
  expectMillions(307, 1, shallow.multiplyAdds);
  expectMillions(2.9, 0.1, shallow.trainableParameters);
}

TEST(MobileNetV1, NamesOfLayers) {
  Diagnostics diagnostics;
  auto checked = loadText(describeV1(0.25, 224), diagnostics);
  ASSERT_TRUE(succeeded(checked));
  const std::vector<Layer> &layers = checked->description.layers;
  std::vector<std::string> names;
  for (const Layer &layer : layers)
    names.push_back(layer.name);
  EXPECT_EQ(std::vector(names.begin(), names.begin() + 9),
            (std::vector<std::string>{"conv", "conv_bn", "conv_relu6", "dw_1", "dw_1_bn", "dw_1_relu6", "pw_1",
                                      "pw_1_bn", "pw_1_relu6"}));
  EXPECT_EQ(std::vector(names.end() - 5, names.end()),
            (std::vector<std::string>{"pw_13_relu6", "pool", "dropout", "fc", "softmax"}));
  EXPECT_EQ(layers[0].filters, 8);
  EXPECT_EQ(checked->shapes.find("pw_13")->second, (Shape{7, 7, 256}));
}

TEST(MobileNetV1, KerasPadding) {
  Diagnostics diagnostics;
  auto checked = loadText(describeV1(1, 224, ", \"padding\": \"keras\", \"activation\": \"relu\""), diagnostics);
  ASSERT_TRUE(succeeded(checked)) << diagnostics.render();
  std::string pads;
  for (const Layer &layer : checked->description.layers)
    if (layer.op == LayerOp::Pad)
      pads += layer.name + " ";
  EXPECT_EQ(pads, "conv_pad dw_2_pad dw_4_pad dw_6_pad dw_12_pad ");
  EXPECT_EQ(checked->shapes.find("conv_relu")->second, (Shape{112, 112, 32}));
  EXPECT_EQ(checked->shapes.find("dw_13")->second, (Shape{7, 7, 1024}));
}

TEST(MobileNetV1, BlocksAndNarrowWidths) {
  Diagnostics diagnostics;
  auto checked = loadText(R"({"architecture": {"family": "mobilenet_v1", "width_multiplier": 0.1,
      "classifier": "none", "stem": {"filters": 24, "strides": 1},
      "blocks": [{"filters": 100, "strides": [2, 1]}, {"filters": 30}]}, "input": {"shape": [33, 47, 1]}})",
                          diagnostics);
  ASSERT_TRUE(succeeded(checked)) << diagnostics.render();
  EXPECT_EQ(checked->shapes.find("conv")->second, (Shape{33, 47, 8}));
  EXPECT_EQ(checked->shapes.find("pw_1")->second, (Shape{17, 47, 10}));
  EXPECT_EQ(checked->shapes.find("pw_2")->second, (Shape{17, 47, 8}));
  EXPECT_EQ(checked->description.outputs, std::vector<std::string>{"pool"});
}

TEST(MobileNetV1, ExpandsToTheSameNetwork) {
  Diagnostics diagnostics;
  auto compact = loadText(describeV1(0.5, 160, ", \"padding\": \"keras\""), diagnostics);
  ASSERT_TRUE(succeeded(compact));
  auto expanded = loadText(printDescription(compact->description), diagnostics);
  ASSERT_TRUE(succeeded(expanded)) << diagnostics.render();
  EXPECT_EQ(compact->shapes, expanded->shapes);
  EXPECT_EQ(printDescription(compact->description), printDescription(expanded->description));
}
