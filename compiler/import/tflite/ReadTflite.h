// SPDX-License-Identifier: Apache-2.0
// From a TFLite file to a description and its weights.
#ifndef MNCC_COMPILER_IMPORT_TFLITE_READTFLITE_H
#define MNCC_COMPILER_IMPORT_TFLITE_READTFLITE_H

#include "compiler/import/ParseDescription.h"
#include "compiler/import/Weights.h"

namespace mncc {

/// A description that carries its weights.
struct WeightedDescription {
  CheckedDescription checked;
  Weights weights;
};

/// Reads the TFLite file in `file` (isTflite() holds). Layers are called as the tensors that they compute; what a
/// layer of floats does to its result (RELU, RELU6) becomes a layer of its own, as do dimensions that a fully connected
/// layer drops. Kernels and biases have the order of a description's, unsigned integers of kernels become signed ones.
/// Reports the first thing that a description cannot say.
llvm::FailureOr<WeightedDescription> readTflite(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_TFLITE_READTFLITE_H
