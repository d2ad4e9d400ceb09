// SPDX-License-Identifier: Apache-2.0
// Each operator that has no weights, and the forms of those that have, as layers of a description.
#include "compiler/import/PrintDescription.h"
#include "tests/unit/import/TfliteTesting.h"

#include <gtest/gtest.h>

using namespace mncc;
using llvm::failed;
using llvm::succeeded;

namespace {

/// A file of one operator on an int8 image [4, 4, 2] of scale 0.5 and zero point 1.
class OneOperator : public testing::Test {
protected:
  OneOperator() {
    model.version = 3;
    model.buffers.push_back(std::make_unique<tflite::BufferT>());
    model.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
    add("x", {1, 4, 4, 2});
    model.subgraphs.front()->inputs = {0};
  }

  /// Adds a tensor of int8 with the input's scale.
  int32_t add(const std::string &name, std::vector<int32_t> shape, float scale = 0.5F, int64_t zeroPoint = 1) {
    addTensor(model, name, tflite::TensorType_INT8, std::move(shape), {scale}, zeroPoint);
    return model.subgraphs.front()->tensors.size() - 1;
  }

  /// Adds a constant of INT32.
  int32_t addIntegers(std::vector<int32_t> shape, const std::vector<int32_t> &values) {
    addTensor(model, "argument", tflite::TensorType_INT32, std::move(shape), {}, 0);
    auto *bytes = reinterpret_cast<const uint8_t *>(values.data());
    model.buffers.back()->data.assign(bytes, bytes + 4 * values.size());
    return model.subgraphs.front()->tensors.size() - 1;
  }

  template <typename Options = tflite::SoftmaxOptionsT>
  void apply(tflite::BuiltinOperator code, std::vector<int32_t> inputs, int32_t output, Options options = {}) {
    addOperator(model, code, std::move(inputs), output, options);
    model.subgraphs.front()->outputs = {output};
  }

  /// The layers as `mncc expand` prints them without their quantization, a line each, or what is wrong.
  std::string read() {
    Diagnostics diagnostics;
    llvm::FailureOr<WeightedDescription> read = readBytes(pack(model), diagnostics);
    if (failed(read))
      return diagnostics.render();
    weights = std::move(read->weights);
    for (Layer &layer : read->checked.description.layers)
      layer.quantization.reset();
    std::string text = printDescription(read->checked.description);
    size_t begin = text.find("\"layers\": [\n") + 12, end = text.find("\n  ],\n  \"outputs\"");
    return text.substr(begin, end - begin);
  }

  tflite::ModelT model;
  Weights weights;
};

} // namespace

TEST_F(OneOperator, Add) {
  tflite::AddOptionsT options;
  options.activation = tflite::Activation_RELU;
  apply(tflite::BuiltinOperator_ADD, {0, 0}, add("y", {1, 4, 4, 2}, 1), options);
  EXPECT_EQ(read(), R"(    {"name": "y", "op": "add", "inputs": ["x", "x"], "activation": "relu"})");
}

TEST_F(OneOperator, Mul) {
  apply(tflite::BuiltinOperator_MUL, {0, 0}, add("y", {1, 4, 4, 2}, 1), tflite::MulOptionsT());
  EXPECT_EQ(read(), R"(    {"name": "y", "op": "mul", "inputs": ["x", "x"]})");
}

TEST_F(OneOperator, PoolWithActivationIsTwoLayers) {
  tflite::Pool2DOptionsT options;
  options.filter_h = options.filter_w = options.stride_h = options.stride_w = 2;
  options.activation = tflite::Activation_RELU6;
  apply(tflite::BuiltinOperator_MAX_POOL_2D, {0}, add("y", {1, 2, 2, 2}), options);
  EXPECT_EQ(
      read(),
      R"(    {"name": "y_linear", "op": "max_pool", "inputs": ["x"], "pool_size": [2, 2], "strides": [2, 2], "padding": "same"},
    {"name": "y", "op": "relu6", "inputs": ["y_linear"]})");
}

TEST_F(OneOperator, MeanOverTheImage) {
  int32_t axes = addIntegers({2}, {-2, 1});
  tflite::ReducerOptionsT options;
  options.keep_dims = true;
  apply(tflite::BuiltinOperator_MEAN, {0, axes}, add("y", {1, 1, 1, 2}, 0.25F), options);
  EXPECT_EQ(read(), R"(    {"name": "y", "op": "global_average_pool", "inputs": ["x"], "keep_dims": true})");
}

TEST_F(OneOperator, MeanOverChannelsIsRefused) {
  int32_t axes = addIntegers({2}, {2, 3});
  apply(tflite::BuiltinOperator_MEAN, {0, axes}, add("y", {1, 4}), tflite::ReducerOptionsT());
  EXPECT_EQ(read().substr(0, 73), "m.tflite: tensor 'y': error: MEAN expects the axes 1 and 2, found [2, 3]\n");
}

TEST_F(OneOperator, Pad) {
  int32_t pads = addIntegers({4, 2}, {0, 0, 1, 2, 3, 4, 0, 0});
  apply(tflite::BuiltinOperator_PAD, {0, pads}, add("y", {1, 7, 11, 2}));
  EXPECT_EQ(read(), R"(    {"name": "y", "op": "pad", "inputs": ["x"], "padding": [[1, 2], [3, 4]]})");
}

TEST_F(OneOperator, PadOfChannelsIsRefused) {
  int32_t pads = addIntegers({4, 2}, {0, 0, 0, 0, 0, 0, 0, 1});
  apply(tflite::BuiltinOperator_PAD, {0, pads}, add("y", {1, 4, 4, 3}));
  EXPECT_NE(read().find("PAD expects paddings of the height and width from 0 to 1024 and no others, found"),
            std::string::npos);
}

TEST_F(OneOperator, Concatenation) {
  tflite::ConcatenationOptionsT options;
  options.axis = 3;
  apply(tflite::BuiltinOperator_CONCATENATION, {0, 0}, add("y", {1, 4, 4, 4}), options);
  EXPECT_EQ(read(), R"(    {"name": "y", "op": "concat", "inputs": ["x", "x"], "axis": 3})");
}

TEST_F(OneOperator, Resize) {
  tflite::ResizeBilinearOptionsT options;
  options.half_pixel_centers = true;
  int32_t size = addIntegers({2}, {8, 6});
  apply(tflite::BuiltinOperator_RESIZE_BILINEAR, {0, size}, add("y", {1, 8, 6, 2}), options);
  EXPECT_EQ(
      read(),
      R"(    {"name": "y", "op": "resize", "inputs": ["x"], "size": [8, 6], "method": "bilinear", "align_corners": false, "half_pixel_centers": true})");
}

TEST_F(OneOperator, Simple) {
  const std::pair<tflite::BuiltinOperator, const char *> kSimple[] = {
      {tflite::BuiltinOperator_RELU, "relu"},
      {tflite::BuiltinOperator_RELU6, "relu6"},
      {tflite::BuiltinOperator_HARD_SWISH, "hard_swish"},
      {tflite::BuiltinOperator_QUANTIZE, "quantize"}};
  std::string expected;
  int32_t last = 0;
  for (auto [code, name] : kSimple) {
    int32_t next = add(name, {1, 4, 4, 2});
    apply(code, {last}, next);
    expected += "    {\"name\": \"" + std::string(name) + "\", \"op\": \"" + name + "\", \"inputs\": [\"" +
                model.subgraphs.front()->tensors[last]->name + "\"]},\n";
    last = next;
  }
  apply(tflite::BuiltinOperator_LOGISTIC, {last}, add("y", {1, 4, 4, 2}, 1.0F / 256, -128));
  EXPECT_EQ(read(), expected + R"(    {"name": "y", "op": "sigmoid", "inputs": ["quantize"]})");
}

TEST_F(OneOperator, DequantizeThenQuantize) {
  addTensor(model, "y", tflite::TensorType_FLOAT32, {1, 4, 4, 2}, {}, 0);
  apply(tflite::BuiltinOperator_DEQUANTIZE, {0}, 1);
  apply(tflite::BuiltinOperator_QUANTIZE, {1}, add("z", {1, 4, 4, 2}));
  EXPECT_EQ(read(), R"(    {"name": "y", "op": "dequantize", "inputs": ["x"]},
    {"name": "z", "op": "quantize", "inputs": ["y"]})");
}

TEST_F(OneOperator, SqueezeTakesTheStatedShape) {
  add("mean", {1, 1, 1, 2});
  int32_t axes = addIntegers({2}, {1, 2});
  tflite::ReducerOptionsT options;
  options.keep_dims = true;
  apply(tflite::BuiltinOperator_MEAN, {0, axes}, 1, options);
  apply(tflite::BuiltinOperator_SQUEEZE, {1}, add("y", {1, 2}));
  EXPECT_NE(read().find(R"({"name": "y", "op": "reshape", "inputs": ["mean"], "shape": [2]})"), std::string::npos);
}

TEST_F(OneOperator, DepthwiseWithMultiplierAndWithoutBias) {
  addTensor(model, "filter", tflite::TensorType_INT8, {1, 3, 1, 4}, {1, 2, 3, 4}, 0).quantization->quantized_dimension =
      3;
  fill(model, 12);
  tflite::DepthwiseConv2DOptionsT options;
  options.stride_h = options.stride_w = 1;
  options.padding = tflite::Padding_VALID;
  apply(tflite::BuiltinOperator_DEPTHWISE_CONV_2D, {0, 1, -1}, add("y", {1, 2, 4, 4}), options);
  EXPECT_EQ(
      read(),
      R"(    {"name": "y", "op": "depthwise_conv2d", "inputs": ["x"], "depth_multiplier": 2, "kernel_size": [3, 1], "strides": [1, 1], "padding": "valid", "dilations": [1, 1], "use_bias": false})");
  const TensorView *kernel = weights.findTensor("y/kernel");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->shape, (Shape{3, 1, 2, 2}));
  EXPECT_EQ(kernel->bytes, (llvm::ArrayRef<uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST_F(OneOperator, ProductWithAConstantIsAFilterOfOneTap) {
  addTensor(model, "sixth", tflite::TensorType_INT8, {}, {1.0F / 1530}, -128);
  model.buffers.back()->data = {127};
  tflite::MulOptionsT options;
  options.activation = tflite::Activation_RELU;
  apply(tflite::BuiltinOperator_MUL, {0, 1}, add("y", {1, 4, 4, 2}), options);
  EXPECT_EQ(
      read(),
      R"(    {"name": "y", "op": "depthwise_conv2d", "inputs": ["x"], "depth_multiplier": 1, "kernel_size": [1, 1], "strides": [1, 1], "padding": "valid", "dilations": [1, 1], "use_bias": false, "activation": "relu", "filter_zero_point": -128})");
  const TensorView *kernel = weights.findTensor("y/kernel");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->shape, (Shape{1, 1, 2, 1}));
  EXPECT_EQ(kernel->bytes, (llvm::ArrayRef<uint8_t>{127, 127}));
  EXPECT_EQ(weights.find("y/kernel_scales"), (llvm::ArrayRef<float>{1.0F / 1530}));
}

TEST_F(OneOperator, ProductWithAConstantForEachChannel) {
  model.subgraphs.front()->tensors[0]->type = tflite::TensorType_FLOAT32;
  addTensor(model, "factors", tflite::TensorType_FLOAT32, {1, 1, 2}, {}, 0);
  const float values[] = {0.5F, 3.0F};
  auto *bytes = reinterpret_cast<const uint8_t *>(values);
  model.buffers.back()->data.assign(bytes, bytes + sizeof(values));
  addTensor(model, "y", tflite::TensorType_FLOAT32, {1, 4, 4, 2}, {}, 0);
  apply(tflite::BuiltinOperator_MUL, {0, 1}, 2, tflite::MulOptionsT());
  EXPECT_NE(read().find(R"("op": "depthwise_conv2d", "inputs": ["x"])"), std::string::npos) << read();
  EXPECT_EQ(weights.find("y/kernel"), llvm::ArrayRef(values));
}

TEST_F(OneOperator, ProductWithAnImageOfConstantsIsRefused) {
  addTensor(model, "factors", tflite::TensorType_INT8, {4, 4, 2}, {1}, 0);
  fill(model, 32);
  apply(tflite::BuiltinOperator_MUL, {0, 1}, add("y", {1, 4, 4, 2}), tflite::MulOptionsT());
  EXPECT_EQ(read().substr(0, 93),
            "m.tflite: tensor 'factors': error: expects 1 or 2 values of the factor, found the shape [4, 4");
}

TEST_F(OneOperator, SumWithAConstantTakesTheBiasOfAFilterOfZeros) {
  addTensor(model, "three", tflite::TensorType_INT8, {}, {0.25F}, -128);
  model.buffers.back()->data = {127};
  tflite::AddOptionsT options;
  options.activation = tflite::Activation_RELU6;
  apply(tflite::BuiltinOperator_ADD, {0, 1}, add("y", {1, 4, 4, 2}, 1), options);
  EXPECT_EQ(read(),
            R"(    {"name": "y_mean", "op": "global_average_pool", "inputs": ["x"], "keep_dims": true},
    {"name": "y_addend", "op": "depthwise_conv2d", "inputs": ["y_mean"], "depth_multiplier": 1, "kernel_size": [1, 1], "strides": [1, 1], "padding": "valid", "dilations": [1, 1], "use_bias": true},
    {"name": "y", "op": "add", "inputs": ["x", "y_addend"], "activation": "relu6"})");
  const TensorView *bias = weights.findTensor("y_addend/bias");
  ASSERT_TRUE(bias);
  EXPECT_EQ(bias->bytes, (llvm::ArrayRef<uint8_t>{255, 0, 0, 0, 255, 0, 0, 0}));
  EXPECT_EQ(weights.find("y_addend/kernel_scales"), (llvm::ArrayRef<float>{0.5F}));
}

TEST_F(OneOperator, SumOfFloatsWithAConstantIsABias) {
  model.subgraphs.front()->tensors[0]->type = tflite::TensorType_FLOAT32;
  addTensor(model, "addends", tflite::TensorType_FLOAT32, {2}, {}, 0);
  const float values[] = {0.5F, 3.0F};
  auto *bytes = reinterpret_cast<const uint8_t *>(values);
  model.buffers.back()->data.assign(bytes, bytes + sizeof(values));
  addTensor(model, "y", tflite::TensorType_FLOAT32, {1, 4, 4, 2}, {}, 0);
  apply(tflite::BuiltinOperator_ADD, {0, 1}, 2, tflite::AddOptionsT());
  EXPECT_NE(read().find(R"("op": "depthwise_conv2d", "inputs": ["x"])"), std::string::npos) << read();
  EXPECT_EQ(weights.find("y/kernel"), (llvm::ArrayRef<float>{1, 1}));
  EXPECT_EQ(weights.find("y/bias"), llvm::ArrayRef(values));
}

TEST_F(OneOperator, SumWithAConstantOfAnotherTypeIsRefused) {
  addTensor(model, "addend", tflite::TensorType_INT16, {1}, {1}, 0);
  fill(model, 2);
  apply(tflite::BuiltinOperator_ADD, {0, 1}, add("y", {1, 4, 4, 2}), tflite::AddOptionsT());
  EXPECT_NE(read().find("'addend': error: expects the type FLOAT32, INT8 or UINT8, found INT16"), std::string::npos)
      << read();
}

TEST_F(OneOperator, FactorWithABadZeroPointIsRefused) {
  addTensor(model, "factor", tflite::TensorType_INT8, {1}, {1}, 300);
  fill(model, 1);
  apply(tflite::BuiltinOperator_MUL, {0, 1}, add("y", {1, 4, 4, 2}), tflite::MulOptionsT());
  EXPECT_NE(read().find("'factor': error: expects one scale and a zero point from -128 to 127, found 1 and 300"),
            std::string::npos)
      << read();
}

TEST_F(OneOperator, OneTapIsPointwise) {
  addTensor(model, "filter", tflite::TensorType_INT8, {3, 1, 1, 2}, {1}, 0);
  fill(model, 6);
  tflite::Conv2DOptionsT options;
  options.stride_h = options.stride_w = 2;
  apply(tflite::BuiltinOperator_CONV_2D, {0, 1}, add("y", {1, 2, 2, 3}), options);
  EXPECT_EQ(
      read(),
      R"(    {"name": "y", "op": "pointwise_conv2d", "inputs": ["x"], "filters": 3, "strides": [2, 2], "use_bias": false})");
}

TEST_F(OneOperator, FloatsAreClampedByALayerOfTheirOwn) {
  model.subgraphs.front()->tensors[0]->type = tflite::TensorType_FLOAT32;
  addTensor(model, "filter", tflite::TensorType_FLOAT32, {1, 1, 1, 2}, {}, 0);
  fill(model, 8);
  addTensor(model, "y", tflite::TensorType_FLOAT32, {1, 4, 4, 1}, {}, 0);
  tflite::Conv2DOptionsT options;
  options.stride_h = options.stride_w = 1;
  options.activation = tflite::Activation_RELU;
  apply(tflite::BuiltinOperator_CONV_2D, {0, 1}, 2, options);
  EXPECT_EQ(
      read(),
      R"(    {"name": "y_linear", "op": "pointwise_conv2d", "inputs": ["x"], "filters": 1, "strides": [1, 1], "use_bias": false},
    {"name": "y", "op": "relu", "inputs": ["y_linear"]})");
  EXPECT_EQ(weights.find("y_linear/kernel").size(), 2U);
}
