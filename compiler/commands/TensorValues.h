// SPDX-License-Identifier: Apache-2.0
// The values of a network's inputs and outputs, in the type that the network has for them.
#ifndef MNCC_COMPILER_COMMANDS_TENSORVALUES_H
#define MNCC_COMPILER_COMMANDS_TENSORVALUES_H

#include "compiler/emit/Interface.h"
#include "compiler/import/Safetensors.h"

namespace mncc {

/// The values of one tensor, dense NHWC: `floats`, or `bytes` for integers with or without a sign.
struct TensorValues {
  std::vector<float> floats;
  std::vector<uint8_t> bytes;

  /// Zeros for all of `tensor`.
  static TensorValues zeros(const TensorInterface &tensor);

  void *data() { return bytes.empty() ? static_cast<void *>(floats.data()) : bytes.data(); }
  const void *data() const { return bytes.empty() ? static_cast<const void *>(floats.data()) : bytes.data(); }
  /// All of it, for a file.
  llvm::ArrayRef<uint8_t> raw() const {
    return {static_cast<const uint8_t *>(data()), bytes.size() + floats.size() * sizeof(float)};
  }
};

/// The type in files of the values of `tensor`.
DType getDType(const TensorInterface &tensor);

/// The numbers in `values` of `tensor`: floats, or integers as they are.
std::vector<double> toNumbers(const TensorInterface &tensor, const TensorValues &values);

/// The inverse of toNumbers(); integers are in the range of their type.
TensorValues fromNumbers(const TensorInterface &tensor, llvm::ArrayRef<double> numbers);

/// What `values` of `tensor` stand for: integers less their zero point, times their scale.
std::vector<float> toReals(const TensorInterface &tensor, const TensorValues &values);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_TENSORVALUES_H
