// SPDX-License-Identifier: Apache-2.0
// What went wrong, and where: located errors that are collected first and printed by the program.
#ifndef MNCC_COMPILER_IMPORT_DIAGNOSTICS_H
#define MNCC_COMPILER_IMPORT_DIAGNOSTICS_H

#include "llvm/Support/LogicalResult.h"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mncc {

/// Where the fields of a model description are explained.
inline constexpr std::string_view kModelManual = "docs/model-format.md";

/// A file that diagnostics point into. `text` is empty for binary files, whose diagnostics have no line.
struct SourceFile {
  /// The path as the user wrote it.
  std::string path;
  /// The whole file, or nothing.
  std::string text;
  /// Where its fields are explained.
  std::string_view manual = kModelManual;
};

/// A byte of a source file, or a whole file, or (without `file`) nowhere. Keeps its file alive.
struct SourceLocation {
  std::shared_ptr<const SourceFile> file;
  /// Byte offset in `file->text`; meaningful only where that is not empty.
  size_t offset = 0;
  /// The part of a binary file, such as `tensor 'conv'`.
  std::string part = {};

  /// Line, counted from 1; 0 for a location that has none.
  unsigned line() const;
  /// Column in bytes, counted from 1; 0 for a location that has none.
  unsigned column() const;
  /// "file:12:17", "file", "file: part", or "".
  std::string text() const;
};

/// A place and a sentence that says how to get out of an error, or which other place takes part in it.
struct DiagnosticNote {
  SourceLocation location;
  std::string message;
};

/// An error or a warning with its notes. Converts to failure, so that `return diagnostics.error(…)` reads well.
class Diagnostic {
public:
  enum class Severity { Error, Warning };

  Severity severity;
  SourceLocation location;
  /// Lowercase, without a final full stop: what was found and what was expected.
  std::string message;
  std::vector<DiagnosticNote> notes;

  /// Adds a note without a place of its own.
  Diagnostic &note(std::string message);
  /// Adds a note that points at `location`.
  Diagnostic &note(SourceLocation location, std::string message);
  /// "file:12:17: error: …", the source line with a caret, then the notes; ends with a line feed.
  std::string render() const;

  operator llvm::LogicalResult() const { return llvm::failure(); }
  template <typename T> operator llvm::FailureOr<T>() const { return llvm::failure(); }
};

/// Collects diagnostics in the order in which they are found. References to them stay valid.
class Diagnostics {
public:
  /// Reports an error at `location`.
  Diagnostic &error(SourceLocation location, std::string message);
  /// Reports a warning at `location`.
  Diagnostic &warning(SourceLocation location, std::string message);
  /// True once an error was reported.
  bool hasErrors() const { return errors != 0; }
  /// The number of errors so far; a caller compares it before and after a step that goes on after an error.
  size_t countErrors() const { return errors; }
  /// All diagnostics, oldest first.
  const std::deque<Diagnostic> &all() const { return diagnostics; }
  /// All diagnostics as a program prints them; empty without any.
  std::string render() const;

private:
  std::deque<Diagnostic> diagnostics;
  size_t errors = 0;
};

/// `name` in single quotes, fit for one line of a terminal: control characters and invalid UTF-8 become escapes, and
/// long names are cut.
std::string quote(std::string_view name);

/// The candidate nearest to `word` by edit distance, or an empty string where none is near enough to be a slip.
std::string findNearest(std::string_view word, const std::vector<std::string> &candidates);

/// Adds the note "did you mean 'x'?" where a candidate is near to `word`.
void suggestNearest(Diagnostic &diagnostic, std::string_view word, const std::vector<std::string> &candidates);

/// "[3, 3, 16, 32]".
std::string formatShape(const std::vector<int64_t> &shape);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_DIAGNOSTICS_H
