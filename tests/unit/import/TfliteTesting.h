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

/// The bytes of a file with `model`.
std::string pack(const tflite::ModelT &model);

/// Reads `bytes` as "m.tflite".
llvm::FailureOr<WeightedDescription> readBytes(std::string bytes, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_TESTS_UNIT_IMPORT_TFLITETESTING_H
