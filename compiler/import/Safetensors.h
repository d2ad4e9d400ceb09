// SPDX-License-Identifier: Apache-2.0
// Named tensors in a file: a length, a JSON header, raw little-endian data (github.com/huggingface/safetensors).
#ifndef MNCC_COMPILER_IMPORT_SAFETENSORS_H
#define MNCC_COMPILER_IMPORT_SAFETENSORS_H

#include "compiler/import/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>

namespace mncc {

/// Element types of tensors in files.
enum class DType { F32, F16, BF16, F64, I8, U8, I16, U16, I32, U32, I64, U64, Bool };

/// Bytes of one element.
size_t getByteWidth(DType dtype);
/// The format's own name: "F32", "BF16", ….
std::string_view getDTypeName(DType dtype);
/// The type called `name`, or nothing.
std::optional<DType> findDType(std::string_view name);

/// One tensor: row-major, little-endian. The bytes belong to someone else and may be unaligned.
struct TensorView {
  std::string name;
  DType dtype = DType::F32;
  std::vector<int64_t> shape;
  llvm::ArrayRef<uint8_t> bytes;

  /// The number of elements; 1 for an empty shape.
  int64_t elements() const { return bytes.size() / getByteWidth(dtype); }
};

/// A safetensors file, mapped into memory. Every tensor's bytes lie inside the file and have the length that its type
/// and shape make; the views live as long as this.
class SafetensorsFile {
public:
  /// Maps the file at `path` and checks all of its header. Reports one error and fails for anything that the format
  /// does not allow: a header that is longer than 100 MB or than the file, is not JSON, or names a tensor twice;
  /// tensors that overlap, leave gaps, pass the end or do not fit their shape; bytes that belong to no tensor.
  static llvm::FailureOr<SafetensorsFile> open(const std::string &path, Diagnostics &diagnostics);
  /// As open(), for bytes that are in memory already.
  static llvm::FailureOr<SafetensorsFile> parse(std::unique_ptr<llvm::MemoryBuffer> buffer, const std::string &path,
                                                Diagnostics &diagnostics);

  /// All tensors, sorted by name.
  llvm::ArrayRef<TensorView> tensors() const { return views; }
  /// The tensor called `name`, or null.
  const TensorView *find(std::string_view name) const;
  /// The free-form strings of the header's `__metadata__`.
  const std::map<std::string, std::string> &metadata() const { return strings; }
  /// The whole file, for diagnostics.
  SourceLocation location() const { return {file, 0}; }

private:
  std::shared_ptr<const SourceFile> file;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::vector<TensorView> views;
  std::map<std::string, std::string> strings;
};

/// The values of `tensor` as f32, each rounded to nearest even. Reports an error at `location` that names the tensor
/// and the place of the first value that is NaN or infinite, before or after the rounding.
llvm::FailureOr<std::vector<float>> convertToFloat(const TensorView &tensor, const SourceLocation &location,
                                                   Diagnostics &diagnostics);

/// The bytes of a safetensors file with `tensors`, in the order of their names, which must differ. The header is padded
/// with spaces so that the data starts at a multiple of 64 bytes; equal tensors always give equal bytes.
std::string serializeSafetensors(llvm::ArrayRef<TensorView> tensors,
                                 const std::map<std::string, std::string> &metadata = {});

/// Writes `bytes` to `path`. Reports an error and leaves no file behind where that fails.
llvm::LogicalResult writeBytes(const std::string &path, std::string_view bytes, Diagnostics &diagnostics);

/// The bytes of `values`, for a TensorView.
template <typename T> llvm::ArrayRef<uint8_t> asBytes(llvm::ArrayRef<T> values) {
  return {reinterpret_cast<const uint8_t *>(values.data()), values.size() * sizeof(T)};
}

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_SAFETENSORS_H
