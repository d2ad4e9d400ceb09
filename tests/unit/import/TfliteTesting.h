// SPDX-License-Identifier: Apache-2.0
// A TFLite file made by hand, for tests to change and read.
#ifndef MNCC_TESTS_UNIT_IMPORT_TFLITETESTING_H
#define MNCC_TESTS_UNIT_IMPORT_TFLITETESTING_H

#include "compiler/import/tflite/ReadTflite.h"
#include "compiler/import/tflite/tflite_generated.h"

namespace mncc {

/// The numbers of the tensors of makeTflite(); buffer i + 1 belongs to tensor i.
enum TfliteTensor { kInput, kFilter, kBias, kConv, kFcFilter, kFcBias, kLogits, kSoftmax };

/// A network of int8: a 3x3 convolution of stride 2 from [4, 4, 2] to [2, 2, 3] with RELU6 and a scale for each
/// channel, a fully connected layer of 2 units, a softmax. Filter values count up from 0.
tflite::ModelT makeTflite();

/// As makeTflite(), of uint8 with one scale and one zero point (100) a filter.
tflite::ModelT makeTfliteOfBytes();

/// Adds a tensor without values, and its empty buffer.
tflite::TensorT &addTensor(tflite::ModelT &model, const std::string &name, tflite::TensorType type,
                           std::vector<int32_t> shape, std::vector<float> scales, int64_t zeroPoint);

/// Fills the newest buffer with 0, 1, 2, ….
void fill(tflite::ModelT &model, size_t bytes);

/// Adds an operator, with an operator code of its own, that computes tensor `output`.
template <typename Options>
void addOperator(tflite::ModelT &model, tflite::BuiltinOperator code, std::vector<int32_t> inputs, int32_t output,
                 Options options) {
  auto entry = std::make_unique<tflite::OperatorCodeT>();
  entry->builtin_code = code;
  model.operator_codes.push_back(std::move(entry));
  auto op = std::make_unique<tflite::OperatorT>();
  op->opcode_index = model.operator_codes.size() - 1;
  op->inputs = std::move(inputs);
  op->outputs = {output};
  op->options.Set(std::move(options));
  model.subgraphs.front()->operators.push_back(std::move(op));
}

/// The bytes of a file with `model`.
std::string pack(const tflite::ModelT &model);

/// Reads `bytes` as "m.tflite".
llvm::FailureOr<WeightedDescription> readBytes(std::string bytes, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_TESTS_UNIT_IMPORT_TFLITETESTING_H
