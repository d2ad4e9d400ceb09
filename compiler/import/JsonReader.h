// SPDX-License-Identifier: Apache-2.0
// JSON as a tree in which every key and every value knows its place in the file.
#ifndef MNCC_COMPILER_IMPORT_JSONREADER_H
#define MNCC_COMPILER_IMPORT_JSONREADER_H

#include "compiler/import/Diagnostics.h"

#include <optional>
#include <variant>

namespace mncc {

struct JsonMember;

/// One value of a JSON file. An integer too large for int64_t is a double, as is every number with a fraction.
class JsonValue {
public:
  using Array = std::vector<JsonValue>;
  using Object = std::vector<JsonMember>;
  std::variant<std::nullptr_t, bool, int64_t, double, std::string, Array, Object> data;
  SourceLocation location;

  /// The value as a `T`, or null where it is something else.
  template <typename T> const T *getIf() const { return std::get_if<T>(&data); }
  /// The value as a whole number: an integer, or a double such as 3.0 that is one.
  std::optional<int64_t> getInteger() const;
  /// The value as a number.
  std::optional<double> getNumber() const;
  /// What was found, for an error: "a string", "an array", "the number 3.5".
  std::string describe() const;
};

/// A key of an object with its value; members stand in the order of the file.
struct JsonMember {
  std::string key;
  SourceLocation keyLocation;
  JsonValue value;
};

/// Reads a JSON text (RFC 8259, UTF-8). Reports one located error and fails for anything else: syntax errors, duplicate
/// keys, a byte order mark, invalid UTF-8, NaN or Infinity, numbers beyond double, nesting deeper than 64, more than
/// 2^21 values.
llvm::FailureOr<JsonValue> readJson(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics);

/// What a file is to be, for notes: its name, and where its fields are explained.
struct FileKind {
  std::string_view name = "a model description";
  std::string_view manual = kModelManual;
};

/// Reads the file at `path` into memory; "-" is the standard input. Reports an error where it cannot be read, is no
/// regular file or has more than 256 MiB.
llvm::FailureOr<std::shared_ptr<const SourceFile>> readSourceFile(const std::string &path, Diagnostics &diagnostics,
                                                                  const FileKind &kind = {});

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_JSONREADER_H
