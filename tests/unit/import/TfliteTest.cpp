// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/PrintDescription.h"
#include "compiler/import/tflite/TfliteFile.h"
#include "tests/unit/import/ImportTesting.h"
#include "tests/unit/import/TfliteTesting.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>

using namespace mncc;
using llvm::failed;
using llvm::succeeded;

TEST(Tflite, LayersOfASmallNetwork) {
  Diagnostics diagnostics;
  auto read = readBytes(pack(makeTflite()), diagnostics);
  ASSERT_TRUE(succeeded(read)) << diagnostics.render();
  EXPECT_EQ(printDescription(read->checked.description), R"({
  "name": "m",
  "inputs": [
    {"name": "image", "shape": [4, 4, 2], "quantization": {"type": "int8", "scale": 0.5, "zero_point": -1}}
  ],
  "layers": [
    {"name": "conv", "op": "conv2d", "inputs": ["image"], "filters": 3, "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "dilations": [1, 1], "use_bias": true, "activation": "relu6", "quantization": {"type": "int8", "scale": 0.0234375, "zero_point": -128}},
    {"name": "logits_flatten", "op": "flatten", "inputs": ["conv"], "quantization": {"type": "int8", "scale": 0.0234375, "zero_point": -128}},
    {"name": "logits", "op": "fully_connected", "inputs": ["logits_flatten"], "units": 2, "use_bias": true, "quantization": {"type": "int8", "scale": 0.25, "zero_point": 2}},
    {"name": "softmax", "op": "softmax", "inputs": ["logits"], "quantization": {"type": "int8", "scale": 0.00390625, "zero_point": -128}}
  ],
  "outputs": ["softmax"]
}
)");
}

TEST(Tflite, FiltersHaveTheirOutputChannelsLast) {
  Diagnostics diagnostics;
  auto read = readBytes(pack(makeTflite()), diagnostics);
  ASSERT_TRUE(succeeded(read)) << diagnostics.render();
  const TensorView *kernel = read->weights.findTensor("conv/kernel");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->dtype, DType::I8);
  EXPECT_EQ(kernel->shape, (Shape{3, 3, 2, 3}));
  // [out, y, x, in] counts up: neighbouring outputs are 18 apart.
  EXPECT_EQ(kernel->bytes.take_front(6), (llvm::ArrayRef<uint8_t>{0, 18, 36, 1, 19, 37}));
  EXPECT_EQ(read->weights.find("conv/kernel_scales"), (llvm::ArrayRef<float>{0.25F, 0.5F, 0.125F}));
  EXPECT_EQ(read->weights.findTensor("logits/kernel")->shape, (Shape{12, 2}));
  EXPECT_EQ(read->weights.findTensor("conv/bias")->dtype, DType::I32);
}

TEST(Tflite, UnsignedFiltersBecomeSigned) {
  Diagnostics diagnostics;
  auto read = readBytes(pack(makeTfliteOfBytes()), diagnostics);
  ASSERT_TRUE(succeeded(read)) << diagnostics.render();
  EXPECT_EQ(read->weights.findTensor("conv/kernel")->bytes.take_front(2), (llvm::ArrayRef<uint8_t>{0x80, 0x92}));
  EXPECT_EQ(read->checked.description.layers[0].filterZeroPoint, 100 - 128);
  EXPECT_EQ(read->checked.description.layers[0].quantization->type, QuantizedType::UInt8);
}

TEST(Tflite, NamesAreMadeUniqueAndPrintable) {
  tflite::ModelT model = makeTflite();
  auto &tensors = model.subgraphs[0]->tensors;
  tensors[kConv]->name = "image";
  tensors[kLogits]->name = "a\nb";
  tensors[kSoftmax]->name = "";
  Diagnostics diagnostics;
  auto read = readBytes(pack(model), diagnostics);
  ASSERT_TRUE(succeeded(read)) << diagnostics.render();
  std::vector<std::string> names;
  for (const Layer &layer : read->checked.description.layers)
    names.push_back(layer.name);
  EXPECT_EQ(names, (std::vector<std::string>{"image_1", "a_b_flatten", "a_b", "tensor"}));
}

TEST(Tflite, AnIdentifierMakesTheFile) {
  EXPECT_TRUE(isTflite({"x.bin", pack(makeTflite())}));
  EXPECT_FALSE(isTflite({"x.tflite", "{\"x TFL3\": 1}"}));
  EXPECT_FALSE(isTflite({"x.tflite", "{\"xTFL3\": 1}"}));
}

namespace {

/// A change to the small network that makes it unreadable.
struct Refusal {
  const char *name;
  std::function<void(tflite::ModelT &)> change;
  const char *error;
};

void PrintTo(const Refusal &refusal, std::ostream *out) { *out << refusal.name; }

class TfliteRefusal : public testing::TestWithParam<Refusal> {};

tflite::TensorT &tensor(tflite::ModelT &model, int index) { return *model.subgraphs[0]->tensors[index]; }
tflite::QuantizationT &quantization(tflite::ModelT &model, int index) { return *tensor(model, index).quantization; }
tflite::OperatorT &op(tflite::ModelT &model, int index) { return *model.subgraphs[0]->operators[index]; }

using M = tflite::ModelT;
const Refusal kRefusals[] = {
    {"Version", [](M &m) { m.version = 2; }, "m.tflite: error: expects version 3 of the format, found 2"},
    {"TwoSubgraphs", [](M &m) { m.subgraphs.push_back(std::make_unique<tflite::SubGraphT>()); },
     "m.tflite: error: expects a model of one subgraph, found 2"},
    {"UnknownOperator", [](M &m) { m.operator_codes[2]->builtin_code = tflite::BuiltinOperator(50); },
     "m.tflite: tensor 'softmax': error: unknown operator LOG_SOFTMAX"},
    {"OperatorOfTheFuture", [](M &m) { m.operator_codes[2]->builtin_code = tflite::BuiltinOperator(9999); },
     "m.tflite: tensor 'softmax': error: unknown operator number 9999"},
    {"CustomOperator",
     [](M &m) {
       m.operator_codes[2]->builtin_code = tflite::BuiltinOperator_CUSTOM;
       m.operator_codes[2]->custom_code = "Fancy";
     },
     "m.tflite: tensor 'softmax': error: unknown operator 'Fancy'"},
    {"Batch", [](M &m) { tensor(m, kInput).shape[0] = 2; },
     "m.tflite: tensor 'image': error: expects batch 1, found the shape [2, 4, 4, 2]"},
    {"OpenShape", [](M &m) { tensor(m, kInput).shape_signature = {-1, -1, 4, 2}; },
     "m.tflite: tensor 'image': error: expects a shape that is known, found one with open dimensions"},
    {"NoDimension", [](M &m) { tensor(m, kInput).shape[1] = 0; },
     "m.tflite: tensor 'image': error: expects dimensions from 1 to 65536, found the shape [1, 0, 4, 2]"},
    {"Rank", [](M &m) { tensor(m, kInput).shape = {1}; },
     "m.tflite: tensor 'image': error: expects a batch and 1 to 3 dimensions, found the shape [1]"},
    {"StatedShape", [](M &m) { tensor(m, kSoftmax).shape = {1, 3}; },
     "m.tflite: tensor 'softmax': error: SOFTMAX gives the shape [2], but the file states [3]"},
    {"Sparse", [](M &m) { tensor(m, kFilter).sparsity = std::make_unique<tflite::SparsityT>(); },
     "m.tflite: tensor 'conv/filter': error: expects a dense tensor, found a sparse one"},
    {"Variable", [](M &m) { tensor(m, kInput).is_variable = true; },
     "m.tflite: tensor 'image': error: expects a tensor without state, found a variable"},
    {"External", [](M &m) { tensor(m, kFilter).external_buffer = 1; },
     "m.tflite: tensor 'conv/filter': error: expects its values among the tables of the file, found them elsewhere"},
    {"BufferNumber", [](M &m) { tensor(m, kFilter).buffer = 99; },
     "m.tflite: tensor 'conv/filter': error: expects a buffer below 9, found 99"},
    {"TensorNumber", [](M &m) { op(m, 0).inputs[0] = 8; }, "m.tflite: error: expects tensors from 0 to 7, found 8"},
    {"CodeNumber", [](M &m) { op(m, 0).opcode_index = 3; }, "m.tflite: error: expects operator codes below 3, found 3"},
    {"Type", [](M &m) { tensor(m, kInput).type = tflite::TensorType_INT32; },
     "m.tflite: tensor 'image': error: expects the type FLOAT32, INT8 or UINT8, found INT32"},
    {"NoQuantization", [](M &m) { tensor(m, kConv).quantization.reset(); },
     "m.tflite: tensor 'conv': error: expects a scale and a zero point with INT8, found none"},
    {"ScaleZero", [](M &m) { quantization(m, kConv).scale = {0}; },
     "m.tflite: tensor 'conv': error: expects positive, finite scales, found 0"},
    {"ScaleNegative", [](M &m) { quantization(m, kFilter).scale[1] = -1; },
     "m.tflite: tensor 'conv/filter': error: expects positive, finite scales, found -1"},
    {"ScaleNan", [](M &m) { quantization(m, kConv).scale = {NAN}; },
     "m.tflite: tensor 'conv': error: expects positive, finite scales, found nan"},
    {"ScaleDenormal", [](M &m) { quantization(m, kConv).scale = {1e-45F}; },
     "m.tflite: tensor 'conv': error: expects a scale of at least 1.1754944e-38, found 1e-45"},
    {"ZeroPointOutOfRange", [](M &m) { quantization(m, kConv).zero_point = {128}; },
     "m.tflite: tensor 'conv': error: expects a zero point from -128 to 127, found 128"},
    {"ZeroPointMissing", [](M &m) { quantization(m, kConv).zero_point.clear(); },
     "m.tflite: tensor 'conv': error: expects as many zero points as scales, found 0 and 1"},
    {"TwoScalesOfAResult",
     [](M &m) {
       quantization(m, kConv).scale = {1, 1};
       quantization(m, kConv).zero_point = {0, 0};
     },
     "m.tflite: tensor 'conv': error: expects one scale, found 2"},
    {"OtherQuantization", [](M &m) { quantization(m, kFilter).details_type = 2; },
     "m.tflite: tensor 'conv/filter': error: expects scales a tensor or a channel, found another quantization"},
    {"Axis", [](M &m) { quantization(m, kFilter).quantized_dimension = 3; },
     "m.tflite: tensor 'conv/filter': error: expects scales along dimension 0, the output channels, found dimension 3"},
    {"FilterZeroPoint", [](M &m) { quantization(m, kFilter).zero_point[2] = 1; },
     "m.tflite: tensor 'conv/filter': error: expects zero points of its filter of 0, found 1"},
    {"BiasScale", [](M &m) { quantization(m, kBias).scale[1] = 0.5; },
     "m.tflite: tensor 'conv/bias': error: expects scale 0.25 and zero point 0 at [1], found 0.5 and 0"},
    {"BiasLength", [](M &m) { m.buffers[kBias + 1]->data.resize(8); },
     "m.tflite: tensor 'conv/bias': error: expects a buffer that fills the shape [3] of INT32, found 8 bytes"},
    {"FilterLength", [](M &m) { m.buffers[kFilter + 1]->data.push_back(0); },
     "m.tflite: tensor 'conv/filter': error: expects a buffer that fills the shape [3, 3, 3, 2] of INT8, found 55 "
     "bytes"},
    {"FilterComputed", [](M &m) { m.buffers[kFilter + 1]->data.clear(); },
     "m.tflite: tensor 'conv/filter': error: expects a constant filter, found one that is computed"},
    {"FilterChannels", [](M &m) { tensor(m, kFilter).shape = {3, 3, 2, 3}; },
     "m.tflite: tensor 'conv/filter': error: expects a filter for 2 input channels, found the shape [3, 3, 2, 3]"},
    {"Mixed", [](M &m) { tensor(m, kInput).type = tflite::TensorType_FLOAT32; },
     "m.tflite: tensor 'conv': error: CONV_2D expects an input of integers with a result of integers, found floats"},
    {"Options", [](M &m) { op(m, 0).options.Reset(); },
     "m.tflite: tensor 'conv': error: CONV_2D expects its options, found none or those of another operator"},
    {"Strides", [](M &m) { op(m, 0).options.AsConv2DOptions()->stride_h = 0; },
     "m.tflite: tensor 'conv': error: CONV_2D expects window, strides and dilations from 1 to 1024, found 0"},
    {"Padding", [](M &m) { op(m, 0).options.AsConv2DOptions()->padding = tflite::Padding(7); },
     "m.tflite: tensor 'conv': error: CONV_2D expects the padding SAME or VALID, found number 7"},
    {"Activation", [](M &m) { op(m, 0).options.AsConv2DOptions()->activation = tflite::Activation(4); },
     "m.tflite: tensor 'conv': error: CONV_2D expects the activation NONE, RELU or RELU6, found number 4"},
    {"Beta", [](M &m) { op(m, 2).options.AsSoftmaxOptions()->beta = 2; },
     "m.tflite: tensor 'softmax': error: SOFTMAX expects beta 1, found 2"},
    {"SoftmaxScale", [](M &m) { quantization(m, kSoftmax).scale = {0.5}; },
     "m.tflite: tensor 'softmax': error: 'softmax' expects a result of scale 0.00390625 and zero point -128, found "
     "int8 "
     "of scale 0.5 and zero point -128"},
    {"ConstantInput", [](M &m) { op(m, 2).inputs = {kFilter}; },
     "m.tflite: tensor 'softmax': error: SOFTMAX expects computed tensors as its inputs, found the constant "
     "'conv/filter'"},
    {"InputLeftOut", [](M &m) { op(m, 0).inputs[0] = -1; },
     "m.tflite: tensor 'conv': error: CONV_2D expects a first input, found none"},
    {"NoInput", [](M &m) { m.subgraphs[0]->inputs.clear(); },
     "m.tflite: error: expects a network with an input, found none"},
    {"InputCount", [](M &m) { op(m, 2).inputs.clear(); },
     "m.tflite: tensor 'softmax': error: SOFTMAX expects 1 inputs, found 0"},
};

} // namespace

TEST_P(TfliteRefusal, IsLocated) {
  tflite::ModelT model = makeTflite();
  GetParam().change(model);
  Diagnostics diagnostics;
  EXPECT_TRUE(failed(readBytes(pack(model), diagnostics)));
  std::string text = diagnostics.render();
  EXPECT_EQ(text.substr(0, text.find('\n')), GetParam().error);
  EXPECT_NE(text.find("note: "), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(Cases, TfliteRefusal, testing::ValuesIn(kRefusals),
                         [](const testing::TestParamInfo<Refusal> &info) { return info.param.name; });

TEST(Tflite, WhatABiasScaleIsComparedWithIsNamed) {
  tflite::ModelT model = makeTflite();
  quantization(model, kInput).scale = {2};
  Diagnostics diagnostics;
  EXPECT_TRUE(failed(readBytes(pack(model), diagnostics)));
  std::string text = diagnostics.render();
  for (const char *note : {"m.tflite: tensor 'image': note: this is the input, of scale 2\n",
                           "m.tflite: tensor 'conv/filter': note: this is the filter, of scale 0.25 at [0]\n",
                           "m.tflite: tensor 'conv': note: this is the result, of scale 0.0234375: "})
    EXPECT_NE(text.find(note), std::string::npos) << text;
}

TEST(Tflite, CutFilesAreRefused) {
  std::string bytes = pack(makeTflite());
  for (size_t size = 0; size < bytes.size(); size += 7) {
    Diagnostics diagnostics;
    EXPECT_TRUE(failed(readBytes(bytes.substr(0, size), diagnostics))) << size;
  }
}

TEST(Tflite, ChangedBytesNeverCrash) {
  const std::string bytes = pack(makeTflite());
  uint32_t chance = 1;
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = bytes;
    for (int change = 0; change < 1 + round % 3; ++change) {
      chance = chance * 1664525 + 1013904223;
      damaged[(chance >> 8) % damaged.size()] = static_cast<char>(chance >> 3);
    }
    Diagnostics diagnostics;
    bool hasFailed = failed(readBytes(damaged, diagnostics));
    EXPECT_EQ(hasFailed, diagnostics.hasErrors());
  }
}
