// SPDX-License-Identifier: Apache-2.0
// Layers of the reference on integers, small enough to compute by hand; where engines differ, each one's answer.
#include "tests/unit/dialects/ReferenceTesting.h"

#include <cmath>

using namespace mncc::reference;

/// A tensor of `element` with a scale and a zero point.
static std::string integers(const std::string &shape, const std::string &scale, int zero,
                            const std::string &element = "i8") {
  return "tensor<" + shape + "x" + element + ", #mn.quantization<scale = " + scale +
         " : f32, zero_point = " + std::to_string(zero) + ">>";
}

static std::string numerics(const std::string &name) { return " {numerics = #mn.numerics<" + name + ">} : "; }

/// mn.`op` under `engine` from one tensor to another.
static Values unary(const std::string &op, const std::string &engine, const std::string &from, const std::string &to,
                    const Values &values) {
  return evaluateLayer("mn." + op + numerics(engine) + "(" + from + ") -> " + to, {values});
}

static const std::vector<std::string> kEngines{"tflm", "litert", "xnnpack", "fast"};

TEST(QuantizedLayers, PointwiseSubtractsBothZeroPoints) {
  // Channel 0: (3 - 1) * (1 - 1) + (-1 - 1) * (3 - 1) + 10 = 6, times 0.5 * 0.25 / 0.25; channel 1: 2 * 1 + -2 * -5 =
  // 12, times 0.5 * 0.5 / 0.25.
  std::string layer = "mn.pointwise_conv2d %a, %b bias(%c) scales(%d) filter_zero_point 1";
  std::string types = "(" + integers("1x1x1x2", "0.5", 1) + ", tensor<1x1x2x2xi8>, tensor<2xi32>, tensor<2xf32>) -> " +
                      integers("1x1x1x2", "0.25", -2);
  for (const std::string &engine : kEngines)
    expectNear(evaluateLayer(layer + numerics(engine) + types, {{3, -1}, {1, 2, 3, -4}, {10, 0}, {0.25, 0.5}}), {1, 10},
               0);
}

TEST(QuantizedLayers, TapsOutsideAreNoZeros) {
  // An input of 5 with zero point 1 under the middle of 3x3; what is around it adds nothing.
  std::string image = integers("1x1x1x1", "0.5", 1), result = integers("1x1x1x1", "1.0", 0);
  std::string types = " padding [1, 1, 1, 1] : (" + image + ", tensor<3x3x1x1xi8>, tensor<1xf32>) -> " + result;
  for (std::string op : {"conv2d", "depthwise_conv2d"})
    expectNear(evaluateLayer("mn." + op + " %a, %b scales(%c)" + types, {{5}, countFrom(1, 9), {2}}), {20}, 0);
}

TEST(QuantizedLayers, ActivationsClampAtTheZeroPoint) {
  auto layer = [](const std::string &activation) {
    return evaluateLayer("mn.pointwise_conv2d %a, %b scales(%c) activation " + activation + " : (" +
                             integers("1x1x1x1", "1.0", 0) + ", tensor<1x1x1x3xi8>, tensor<1xf32>) -> " +
                             integers("1x1x1x3", "0.5", -20),
                         {{10}, {-3, 0, 3}, {1}});
  };
  expectNear(layer("none"), {-80, -20, 40}, 0);
  expectNear(layer("relu"), {-20, -20, 40}, 0);
  expectNear(layer("relu6"), {-20, -20, -8}, 0);
}

// 1/4 and -1/2 as each engine rounds them: twice, once in LiteRT's fully connected layer, in floats.
TEST(QuantizedLayers, EnginesRoundFullyConnectedLayers) {
  auto layer = [](const std::string &engine) {
    return evaluateLayer("mn.fully_connected %a, %b scales(%c)" + numerics(engine) + "(" + integers("1x1", "1.0", 0) +
                             ", tensor<1x4xi8>, tensor<1xf32>) -> " + integers("1x4", "4.0", 0),
                         {{1}, {1, -2, 2, 6}, {1}});
  };
  expectNear(layer("tflm"), {1, -1, 1, 2}, 0);
  expectNear(layer("litert"), {0, 0, 1, 2}, 0);
  expectNear(layer("xnnpack"), {0, 0, 0, 2}, 0);
  expectNear(layer("fast"), {0, 0, 0, 2}, 0);
}

TEST(QuantizedLayers, Add) {
  auto layer = [](const std::string &engine) {
    std::string half = integers("1x4", "0.5", 0);
    return evaluateLayer("mn.add %a, %b" + numerics(engine) + "(" + half + ", " + half + ") -> " +
                             integers("1x4", "1.0", 10),
                         {{3, -3, 2, 127}, {4, -4, 3, 127}});
  };
  // 3.5, -3.5, 2.5 and 127 above the zero point.
  expectNear(layer("tflm"), {14, 6, 13, 127}, 0);
  expectNear(layer("litert"), {14, 6, 13, 127}, 0);
  expectNear(layer("xnnpack"), {14, 7, 13, 127}, 0);
  expectNear(layer("fast"), {14, 6, 12, 127}, 0);
}

TEST(QuantizedLayers, AddOfScalesFarApart) {
  // 100 * 1 + 100 * 2^-12 is beyond XNNPACK's range, so that LiteRT's own kernel computes it.
  std::string types = "(" + integers("1x1", "1.0", 0) + ", " + integers("1x1", "2.44140625e-4", 0) + ") -> " +
                      integers("1x1", "1.0", 0);
  for (const std::string &engine : kEngines)
    expectNear(evaluateLayer("mn.add %a, %b" + numerics(engine) + types, {{100}, {100}}), {100}, 0);
}

TEST(QuantizedLayers, MulOfAVectorOfChannels) {
  std::string types = "(" + integers("1x1x2x2", "0.5", 1) + ", " + integers("1x1x1x2", "0.5", -1) + ") -> " +
                      integers("1x1x2x2", "0.5", 3);
  // (2 * 4, 4 * -2, -6 * 4, 8 * -2) / 2 + 3.
  for (const std::string &engine : kEngines)
    expectNear(evaluateLayer("mn.mul %a, %b" + numerics(engine) + types, {{3, 5, -5, 9}, {3, -3}}), {7, -1, -9, -5}, 0);
}

// What the reader of TFLite files makes of a product with a constant: relu6(x) / 6 for all x.
TEST(QuantizedLayers, FilterOfOneTapRoundsAsAProduct) {
  std::string image = integers("1x1x1x256", "0.0123", -128), sixth = "6.5359479e-4";
  std::string result = integers("1x1x1x256", "0.0020498622", -128);
  Values all = countFrom(-128, 256), factors(256, 127);
  for (const std::string &engine : kEngines)
    expectNear(evaluateLayer("mn.depthwise_conv2d %a, %b scales(%c) filter_zero_point -128" + numerics(engine) + "(" +
                                 image + ", tensor<1x1x256x1xi8>, tensor<1xf32>) -> " + result,
                             {all, factors, {6.5359479e-4F}}),
               evaluateLayer("mn.mul %a, %b" + numerics(engine) + "(" + image + ", " +
                                 integers("1x1x1x256", sixth, -128) + ") -> " + result,
                             {all, factors}),
               0);
}

TEST(QuantizedLayers, AveragePoolRoundsAwayFromZero) {
  auto layer = [](const std::string &engine) {
    return evaluateLayer("mn.average_pool %a pool_size [1, 2] strides [1, 2]" + numerics(engine) + "(" +
                             integers("1x1x6x1", "0.5", 7) + ") -> " + integers("1x1x3x1", "0.5", 7),
                         {{1, 2, -1, -2, 0, -1}});
  };
  for (std::string engine : {"tflm", "litert", "xnnpack"})
    expectNear(layer(engine), {2, -2, -1}, 0);
  expectNear(layer("fast"), {2, -2, 0}, 0);
}

TEST(QuantizedLayers, GlobalAveragePool) {
  auto layer = [](const std::string &engine, const Values &values) {
    return unary("global_average_pool %a", engine, integers("1x2x2x1", "0.5", 0), integers("1x1", "0.5", -10), values);
  };
  for (std::string engine : {"tflm", "litert"}) {
    expectNear(layer(engine, {1, 2, 3, 4}), {-7}, 0);
    expectNear(layer(engine, {-1, -2, -3, -4}), {-13}, 0);
  }
  for (std::string engine : {"xnnpack", "fast"}) {
    expectNear(layer(engine, {1, 2, 3, 4}), {-8}, 0);
    expectNear(layer(engine, {-1, -2, -3, -4}), {-12}, 0);
  }
}

TEST(QuantizedLayers, MovesKeepIntegers) {
  std::string row = integers("1x1x2x1", "0.5", 3);
  expectNear(
      evaluateLayer("mn.max_pool %a pool_size [1, 2] : (" + row + ") -> " + integers("1x1x1x1", "0.5", 3), {{-5, -9}}),
      {-5}, 0);
  expectNear(evaluateLayer("mn.reshape %a : (" + row + ") -> " + integers("1x2", "0.5", 3), {{-5, 9}}), {-5, 9}, 0);
  expectNear(evaluateLayer("mn.copy %a : (" + row + ") -> " + row, {{-5, 9}}), {-5, 9}, 0);
  // Outside the image stands the integer of 0.
  expectNear(
      evaluateLayer("mn.pad %a padding [0, 1, 1, 0] : (" + row + ") -> " + integers("1x2x3x1", "0.5", 3), {{-5, 9}}),
      {3, -5, 9, 3, 3, 3}, 0);
}

TEST(QuantizedLayers, ConcatRescales) {
  std::string types =
      "(" + integers("1x2", "0.5", 3) + ", " + integers("1x2", "1.0", 0) + ") -> " + integers("1x4", "0.5", 3);
  for (const std::string &engine : kEngines)
    expectNear(evaluateLayer("mn.concat %a, %b axis 1" + numerics(engine) + types, {{-5, 9}, {4, 100}}),
               {-5, 9, 11, 127}, 0);
}

TEST(QuantizedLayers, Resize) {
  auto layer = [](const std::string &method, const std::string &engine, const Values &values,
                  const std::string &element = "i8") {
    return evaluateLayer("mn.resize %a " + method + "numerics = #mn.numerics<" + engine + ">} : (" +
                             integers("1x1x2x1", "0.5", 3, element) + ") -> " + integers("1x1x4x1", "0.5", 3, element),
                         {values});
  };
  for (std::string engine : {"tflm", "litert"}) {
    expectNear(layer("bilinear {", engine, {0, 11}), {0, 6, 11, 11}, 0);
    expectNear(layer("bilinear {", engine, {0, -11}), {0, -6, -11, -11}, 0);
  }
  expectNear(layer("bilinear {", "xnnpack", {0, 11}), {0, 6, 11, 11}, 0);
  expectNear(layer("bilinear {", "xnnpack", {0, -11}), {0, -5, -11, -11}, 0);
  expectNear(layer("bilinear {", "tflm", {0, 11}, "ui8"), {0, 6, 11, 11}, 0);
  for (const std::string &engine : kEngines) {
    expectNear(layer("nearest {", engine, {-7, 11}), {-7, -7, 11, 11}, 0);
    expectNear(layer("bilinear {half_pixel_centers = true, ", engine, {0, 8}), {0, 2, 6, 8}, 0);
    expectNear(layer("bilinear {align_corners = true, ", engine, {0, 9}), {0, 3, 6, 9}, 0);
  }
}

TEST(QuantizedLayers, ReluRescales) {
  std::string from = integers("1x3", "0.5", 0), to = integers("1x3", "0.25", -4);
  for (const std::string &engine : kEngines) {
    expectNear(unary("relu %a", engine, from, to, {-3, 3, 20}), {-4, 2, 36}, 0);
    expectNear(unary("relu6 %a", engine, from, to, {-3, 3, 20}), {-4, 2, 20}, 0);
  }
}

// LiteRT does not give these to XNNPACK.
TEST(QuantizedLayers, LayersThatXnnpackLacks) {
  std::string from = integers("1x256", "0.07", 5), to = integers("1x256", "0.05", -6);
  for (std::string op : {"relu %a", "relu6 %a", "hard_swish %a"})
    expectNear(unary(op, "xnnpack", from, to, countFrom(-128, 256)),
               unary(op, "litert", from, to, countFrom(-128, 256)), 0);
}

TEST(QuantizedLayers, QuantizeFloats) {
  std::string from = "tensor<1x5xf32>", to = integers("1x5", "0.5", 3);
  Values values{0.25, -0.25, 0.75, 1000, -1000};
  for (std::string engine : {"tflm", "litert"})
    expectNear(unary("quantize %a", engine, from, to, values), {4, 2, 5, 127, -128}, 0);
  for (std::string engine : {"xnnpack", "fast"})
    expectNear(unary("quantize %a", engine, from, to, values), {3, 3, 5, 127, -128}, 0);
}

TEST(QuantizedLayers, QuantizeIntegersAndDequantize) {
  for (const std::string &engine : kEngines) {
    expectNear(
        unary("quantize %a", engine, integers("1x3", "0.5", 128, "ui8"), integers("1x3", "0.5", 0), {0, 128, 255}),
        {-128, 0, 127}, 0);
    expectNear(unary("quantize %a", engine, integers("1x3", "0.5", 0), integers("1x3", "0.25", 1), {-100, 3, 100}),
               {-128, 7, 127}, 0);
    expectNear(unary("dequantize %a", engine, integers("1x2", "0.1", 3), "tensor<1x2xf32>", {-7, 10}),
               {static_cast<float>(0.1F * -10.0), static_cast<float>(0.1F * 7.0)}, 0);
  }
}

static Values allIntegers() { return countFrom(-128, 256); }

/// mn.`op` of all 256 integers at `scale`, under `engine`.
static Values curve(const std::string &op, const std::string &engine, const std::string &scale, const std::string &to) {
  return unary(op + " %a", engine, integers("1x256", scale, 5), to, allIntegers());
}

TEST(QuantizedLayers, SigmoidIsNearForAllIntegers) {
  std::string to = integers("1x256", "3.90625e-3", -128);
  for (const std::string &engine : kEngines)
    for (std::string scale : {"0.01", "0.0625", "0.2"}) {
      Values actual = curve("sigmoid", engine, scale, to);
      for (size_t i = 0; i < actual.size(); ++i) {
        double x = std::stof(scale) * (double(i) - 128 - 5), expected = 256 / (1 + std::exp(-x)) - 128;
        EXPECT_NEAR(actual[i], std::min(expected, 127.0), engine == "fast" ? 0.5 : 1) << engine << " of " << x;
      }
    }
}

TEST(QuantizedLayers, HardSwishIsNearForAllIntegers) {
  for (const std::string &engine : kEngines)
    for (std::string scale : {"0.03125", "0.0625", "0.25"}) {
      Values actual = curve("hard_swish", engine, scale, integers("1x256", scale, -6));
      for (size_t i = 0; i < actual.size(); ++i) {
        double x = std::stof(scale) * (double(i) - 128 - 5);
        double expected = x * std::clamp(x + 3, 0.0, 6.0) / 6 / std::stof(scale) - 6;
        EXPECT_NEAR(actual[i], std::clamp(expected, -128.0, 127.0), engine == "fast" ? 0.5 : 1)
            << engine << " of " << x;
      }
    }
}

TEST(QuantizedLayers, Softmax) {
  std::string to = integers("1x1x2x3", "3.90625e-3", -128);
  for (const std::string &engine : kEngines)
    expectNear(unary("softmax %a", engine, integers("1x1x2x3", "1.0", 5), to, {7, 7, -90, 127, 0, -128}),
               {0, 0, -128, 127, -128, -128}, 0);
  // 1 / (1 + e^-1) and its rest.
  for (const std::string &engine : kEngines)
    expectNear(unary("softmax %a", engine, integers("1x2", "0.0625", 128, "ui8"),
                     integers("1x2", "3.90625e-3", 0, "ui8"), {40, 24}),
               {187, 69}, 0);
}
