// SPDX-License-Identifier: Apache-2.0
// One array in a NumPy file: `<f4`, `|u1` or `|i1`, in C order.
#ifndef MNCC_COMPILER_IMPORT_NPY_H
#define MNCC_COMPILER_IMPORT_NPY_H

#include "compiler/import/Safetensors.h"

namespace mncc {

/// A NumPy array that owns its bytes, row-major.
struct NpyArray {
  /// F32, U8 or I8.
  DType dtype = DType::F32;
  std::vector<int64_t> shape;
  std::vector<uint8_t> bytes;

  /// The array as a tensor called `name`; valid as long as this.
  TensorView view(std::string name) const { return {std::move(name), dtype, shape, bytes}; }
};

/// Reads the file at `path`, of format version 1 to 3. Reports an error and fails for other types and orders, a broken
/// header, and data of another length than the shape makes.
llvm::FailureOr<NpyArray> readNpy(const std::string &path, Diagnostics &diagnostics);

/// The bytes of a file of version 1 with `tensor`, which is F32, U8 or I8; the data starts at a multiple of 64 bytes.
std::string serializeNpy(const TensorView &tensor);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_NPY_H
