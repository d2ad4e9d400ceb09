// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/import/TfliteTesting.h"

#include <numeric>

using namespace mncc;

tflite::TensorT &mncc::addTensor(tflite::ModelT &model, const std::string &name, tflite::TensorType type,
                                 std::vector<int32_t> shape, std::vector<float> scales, int64_t zeroPoint) {
  auto tensor = std::make_unique<tflite::TensorT>();
  tensor->name = name;
  tensor->type = type;
  tensor->shape = std::move(shape);
  tensor->buffer = model.buffers.size();
  tensor->quantization = std::make_unique<tflite::QuantizationT>();
  tensor->quantization->zero_point.assign(scales.size(), zeroPoint);
  tensor->quantization->scale = std::move(scales);
  model.buffers.push_back(std::make_unique<tflite::BufferT>());
  auto &tensors = model.subgraphs.front()->tensors;
  tensors.push_back(std::move(tensor));
  return *tensors.back();
}

void mncc::fill(tflite::ModelT &model, size_t bytes) {
  std::vector<uint8_t> &data = model.buffers.back()->data;
  data.resize(bytes);
  std::iota(data.begin(), data.end(), 0);
}

static void addOperators(tflite::ModelT &model) {
  tflite::Conv2DOptionsT conv;
  conv.stride_h = conv.stride_w = 2;
  conv.activation = tflite::Activation_RELU6;
  addOperator(model, tflite::BuiltinOperator_CONV_2D, {kInput, kFilter, kBias}, kConv, conv);
  addOperator(model, tflite::BuiltinOperator_FULLY_CONNECTED, {kConv, kFcFilter, kFcBias}, kLogits,
              tflite::FullyConnectedOptionsT());
  tflite::SoftmaxOptionsT softmax;
  softmax.beta = 1;
  addOperator(model, tflite::BuiltinOperator_SOFTMAX, {kLogits}, kSoftmax, softmax);
}

static tflite::ModelT makeModel(tflite::TensorType type, std::vector<float> filterScales, int64_t filterZeroPoint,
                                int64_t least) {
  tflite::ModelT model;
  model.version = 3;
  model.buffers.push_back(std::make_unique<tflite::BufferT>());
  model.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
  addTensor(model, "image", type, {1, 4, 4, 2}, {0.5F}, least + 127);
  addTensor(model, "conv/filter", type, {3, 3, 3, 2}, filterScales, filterZeroPoint);
  fill(model, 54);
  for (float &scale : filterScales)
    scale *= 0.5F;
  addTensor(model, "conv/bias", tflite::TensorType_INT32, {3}, filterScales, 0);
  fill(model, 12);
  addTensor(model, "conv", type, {1, 2, 2, 3}, {0.0234375F}, least);
  addTensor(model, "fc/filter", type, {2, 12}, {0.125F}, filterZeroPoint);
  fill(model, 24);
  addTensor(model, "fc/bias", tflite::TensorType_INT32, {2}, {0.125F * 0.0234375F}, 0);
  fill(model, 8);
  addTensor(model, "logits", type, {1, 2}, {0.25F}, least + 130);
  addTensor(model, "softmax", type, {1, 2}, {1.0F / 256}, least);
  model.subgraphs.front()->inputs = {kInput};
  model.subgraphs.front()->outputs = {kSoftmax};
  addOperators(model);
  return model;
}

tflite::ModelT mncc::makeTflite() { return makeModel(tflite::TensorType_INT8, {0.25F, 0.5F, 0.125F}, 0, -128); }

tflite::ModelT mncc::makeTfliteOfBytes() { return makeModel(tflite::TensorType_UINT8, {0.25F}, 100, 0); }

std::string mncc::pack(const tflite::ModelT &model) {
  flatbuffers::FlatBufferBuilder builder;
  tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  return {reinterpret_cast<const char *>(builder.GetBufferPointer()), builder.GetSize()};
}

llvm::FailureOr<WeightedDescription> mncc::readBytes(std::string bytes, Diagnostics &diagnostics) {
  return readTflite(std::make_shared<SourceFile>(SourceFile{"m.tflite", std::move(bytes)}), diagnostics);
}
