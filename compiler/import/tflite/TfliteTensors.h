// SPDX-License-Identifier: Apache-2.0
// Shapes, types, scales and constants of single tensors of a TFLite file.
#ifndef MNCC_COMPILER_IMPORT_TFLITE_TFLITETENSORS_H
#define MNCC_COMPILER_IMPORT_TFLITE_TFLITETENSORS_H

#include "compiler/import/tflite/TfliteFile.h"

namespace mncc {

/// The shape of a tensor between layers, without its batch. Reports one that is not of batch 1, of 1 to 3 more
/// dimensions, or known at run time only.
llvm::FailureOr<Shape> readShape(const TfliteFile &file, int32_t index, Diagnostics &diagnostics);

/// The quantization of a tensor between layers; nothing where it is of floats. Reports another type, and integers
/// without one scale and one zero point.
llvm::FailureOr<std::optional<TensorQuantization>> readQuantization(const TfliteFile &file, int32_t index,
                                                                    Diagnostics &diagnostics);

/// A constant tensor with its bytes.
struct TfliteConstant {
  int32_t index;
  tflite::TensorType type;
  /// All dimensions, each at least 1.
  Shape shape;
  llvm::ArrayRef<uint8_t> bytes;
  /// Empty for floats.
  std::vector<float> scales;
  std::vector<int64_t> zeroPoints;
  /// The dimension along which there are several scales.
  int64_t axis;
};

/// The constant of number `index`, what `what` says to the user ("filter"). Reports one that is computed, of a type
/// other than `types`, of another size than its shape, or with scales that do not divide.
llvm::FailureOr<TfliteConstant> readConstant(const TfliteFile &file, int32_t index, std::string_view what,
                                             llvm::ArrayRef<tflite::TensorType> types, Diagnostics &diagnostics);

/// The bytes of `constant`, of one value or one for each of `channels`, as one for each.
std::vector<uint8_t> spreadChannels(const TfliteConstant &constant, int64_t channels);

/// The values of a small constant of INT32 or INT64.
std::vector<int64_t> getIntegers(const TfliteConstant &constant);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_TFLITE_TFLITETENSORS_H
