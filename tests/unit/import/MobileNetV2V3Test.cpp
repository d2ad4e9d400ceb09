// SPDX-License-Identifier: Apache-2.0
// MobileNetV2 and V3: the papers' multiply-adds, Keras' parameters, names and shapes of layers.
#include "compiler/import/Parameters.h"
#include "tests/unit/import/ImportTesting.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

static std::string describeFamily(const std::string &family, const std::string &more, int resolution = 224) {
  return fmt::format(R"({{"name": "m", "architecture": {{"family": "{}", "num_classes": 1000{}}},
      "input": {{"shape": [{}, {}, 3]}}}})",
                     family, more, resolution, resolution);
}

static CheckedDescription load(const std::string &text) {
  Diagnostics diagnostics;
  auto checked = loadText(text, diagnostics);
  EXPECT_TRUE(succeeded(checked)) << diagnostics.render();
  return succeeded(checked) ? std::move(*checked) : CheckedDescription();
}

static NetworkSize count(const std::string &text) {
  Diagnostics diagnostics;
  CheckedDescription checked = load(text);
  auto parameters = listParameters(checked.description, checked.shapes, diagnostics);
  EXPECT_TRUE(succeeded(parameters));
  return countParameters(checked.shapes, *parameters);
}

static std::string width(double alpha) { return fmt::format(", \"width_multiplier\": {}", alpha); }

/// Parameters as Keras counts them: the V2 and V3 applications, and the same with another alpha.
TEST(MobileNetV2, Parameters) {
  EXPECT_EQ(count(describeFamily("mobilenet_v2", "")).trainableParameters, 3504872);
  EXPECT_EQ(count(describeFamily("mobilenet_v2", "")).parameters, 3538984);
  EXPECT_EQ(count(describeFamily("mobilenet_v2", width(0.35))).trainableParameters, 1677128);
  EXPECT_EQ(count(describeFamily("mobilenet_v2", width(1.4))).parameters, 6156712);
}

TEST(MobileNetV3, Parameters) {
  EXPECT_EQ(count(describeFamily("mobilenet_v3_large", "")).parameters, 5507432);
  EXPECT_EQ(count(describeFamily("mobilenet_v3_small", "")).parameters, 2554968);
  EXPECT_EQ(count(describeFamily("mobilenet_v3_small", "")).trainableParameters, 2542856);
}

/// Millions of multiply-adds that the papers print: V2 table 4, V3 tables 3 and 4.
TEST(MobileNetV2, MultiplyAddsOfThePaper) {
  auto millions = [](const std::string &family, double alpha) {
    return count(describeFamily(family, width(alpha))).multiplyAdds / 1e6;
  };
  EXPECT_NEAR(millions("mobilenet_v2", 1), 300, 1.5);
  EXPECT_NEAR(millions("mobilenet_v2", 1.4), 585, 4);
  EXPECT_NEAR(millions("mobilenet_v3_large", 1), 219, 3);
  EXPECT_NEAR(millions("mobilenet_v3_small", 1), 56, 2);
}

TEST(MobileNetV2, LayersOfABlock) {
  CheckedDescription checked = load(describeFamily("mobilenet_v2", width(0.35), 96));
  std::vector<std::string> names;
  for (const Layer &layer : checked.description.layers)
    names.push_back(layer.name);
  auto first = std::find(names.begin(), names.end(), "expand_3");
  EXPECT_EQ(std::vector(first, first + 9),
            (std::vector<std::string>{"expand_3", "expand_3_bn", "expand_3_relu6", "dw_3", "dw_3_bn", "dw_3_relu6",
                                      "project_3", "project_3_bn", "add_3"}));
  EXPECT_EQ(names[3], "dw_1");
  EXPECT_EQ(checked.shapes.find("conv")->second, (Shape{48, 48, 16}));
  EXPECT_EQ(checked.shapes.find("project_1")->second, (Shape{48, 48, 8}));
  EXPECT_EQ(checked.shapes.find("head")->second, (Shape{3, 3, 1280}));
}

TEST(MobileNetV3, SqueezeAndExcite) {
  CheckedDescription checked = load(describeFamily("mobilenet_v3_small", width(0.75)));
  const std::vector<Layer> &layers = checked.description.layers;
  auto scale = llvm::find_if(layers, [](const Layer &layer) { return layer.name == "scale_4"; });
  ASSERT_NE(scale, layers.end());
  EXPECT_EQ(scale->inputs, (std::vector<std::string>{"dw_4_hard_swish", "excite_4_hard_sigmoid"}));
  EXPECT_EQ(checked.shapes.find("squeeze_4")->second, (Shape{1, 1, 24}));
  EXPECT_EQ(checked.shapes.find("dw_4")->second, (Shape{14, 14, 96}));
  EXPECT_EQ(checked.shapes.find("features")->second, (Shape{1024}));
}

TEST(MobileNetV3, OwnBlocks) {
  CheckedDescription checked =
      load(describeFamily("mobilenet_v3_large", R"(, "stem_filters": 8, "feature_filters": 32, "blocks": [
      {"filters": 16, "expansion": 1, "strides": 2, "activation": "relu", "squeeze_excite": true},
      {"filters": 16, "expansion": 2.5, "kernel_size": 5}])",
                          32));
  EXPECT_EQ(checked.shapes.find("dw_2")->second, (Shape{8, 8, 40}));
  EXPECT_EQ(checked.description.layers.back().name, "softmax");
  EXPECT_EQ(checked.shapes.find("features")->second, (Shape{32}));
}

TEST(MobileNetV2, RefusesWhatItDoesNotKnow) {
  for (const char *more :
       {", \"blocks\": []", ", \"blocks\": [{\"filters\": 8, \"expansion\": 0.5}]", ", \"padding\": \"keras\"",
        ", \"blocks\": [{\"filters\": 8, \"kernel_size\": 5}]", ", \"blocks\": [{\"filters\": 8, \"repeats\": 0}]"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(succeeded(loadText(describeFamily("mobilenet_v2", more), diagnostics))) << more;
  }
}
