// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Diagnostics.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/ConvertUTF.h"

#include <algorithm>
#include <fmt/format.h>

using namespace mncc;

unsigned SourceLocation::line() const {
  if (!file || file->text.empty())
    return 0;
  size_t end = std::min(offset, file->text.size());
  return 1 + std::count(file->text.begin(), file->text.begin() + end, '\n');
}

/// Offset of the first byte of the line that holds `offset`.
static size_t findLineStart(const std::string &text, size_t offset) {
  size_t feed = offset == 0 ? std::string::npos : text.rfind('\n', std::min(offset, text.size()) - 1);
  return feed == std::string::npos ? 0 : feed + 1;
}

unsigned SourceLocation::column() const {
  if (!file || file->text.empty())
    return 0;
  return 1 + std::min(offset, file->text.size()) - findLineStart(file->text, offset);
}

std::string SourceLocation::text() const {
  if (!file)
    return "";
  if (!part.empty())
    return fmt::format("{}: {}", file->path, part);
  return file->text.empty() ? file->path : fmt::format("{}:{}:{}", file->path, line(), column());
}

Diagnostic &Diagnostic::note(std::string message) { return note({}, std::move(message)); }

Diagnostic &Diagnostic::note(SourceLocation location, std::string message) {
  notes.push_back({std::move(location), std::move(message)});
  return *this;
}

/// `text` without bytes that would disturb a terminal; one column a byte.
static std::string cleanLine(std::string_view text) {
  std::string line(text);
  for (char &c : line)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      c = c == '\t' || c == '\r' ? ' ' : '?';
  return line;
}

/// The line that holds `location` with a caret below it; long lines are cut to a window around the caret.
static std::string renderLine(const SourceLocation &location) {
  constexpr size_t kWindow = 120, kBefore = 60;
  if (!location.file || location.file->text.empty())
    return "";
  const std::string &text = location.file->text;
  size_t start = findLineStart(text, location.offset);
  size_t column = location.column() - 1;
  std::string line = cleanLine(std::string_view(text).substr(start, text.find('\n', start) - start));
  if (column > kBefore && line.size() > kWindow) {
    size_t cut = std::min(column - kBefore, line.size() - kWindow);
    line.erase(0, cut);
    column -= cut;
  }
  line.resize(std::min(line.size(), kWindow));
  line.erase(line.find_last_not_of(' ') + 1);
  return fmt::format("{}\n{}^\n", line, std::string(column, ' '));
}

static std::string renderHead(const SourceLocation &location, std::string_view kind, const std::string &message) {
  std::string place = location.text();
  return fmt::format("{}{}{}: {}\n", place, place.empty() ? "" : ": ", kind, message);
}

std::string Diagnostic::render() const {
  std::string text = renderHead(location, severity == Severity::Error ? "error" : "warning", message);
  text += renderLine(location);
  for (const DiagnosticNote &note : notes)
    text += renderHead(note.location, "note", note.message) + renderLine(note.location);
  return text;
}

Diagnostic &Diagnostics::error(SourceLocation location, std::string message) {
  ++errors;
  return diagnostics.emplace_back(Diagnostic{Diagnostic::Severity::Error, std::move(location), std::move(message), {}});
}

Diagnostic &Diagnostics::warning(SourceLocation location, std::string message) {
  return diagnostics.emplace_back(
      Diagnostic{Diagnostic::Severity::Warning, std::move(location), std::move(message), {}});
}

std::string Diagnostics::render() const {
  std::string text;
  for (const Diagnostic &diagnostic : diagnostics)
    text += diagnostic.render();
  return text;
}

static bool isLegalUtf8(std::string_view text) {
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data());
  return llvm::isLegalUTF8String(&begin, begin + text.size());
}

std::string mncc::quote(std::string_view name) {
  constexpr size_t kLongest = 80;
  bool isUtf8 = isLegalUtf8(name), isCut = name.size() > kLongest;
  std::string text = "'";
  for (char c : name.substr(0, kLongest)) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      text += "\\n";
    else if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && (!isUtf8 || isCut)))
      text += fmt::format("\\x{:02x}", byte);
    else
      text += c;
  }
  return text + (isCut ? "…'" : "'");
}

std::string mncc::findNearest(std::string_view word, const std::vector<std::string> &candidates) {
  std::string nearest;
  // A third of the letters wrong is no slip any more.
  unsigned best = std::max<unsigned>(1, word.size() / 3) + 1;
  if (word.size() > 256)
    return nearest;
  for (const std::string &candidate : candidates) {
    unsigned distance = llvm::StringRef(word).edit_distance(candidate, /*AllowReplacements=*/true, best);
    if (distance >= best)
      continue;
    best = distance;
    nearest = candidate;
  }
  return nearest;
}

void mncc::suggestNearest(Diagnostic &diagnostic, std::string_view word, const std::vector<std::string> &candidates) {
  std::string nearest = findNearest(word, candidates);
  if (!nearest.empty())
    diagnostic.note(fmt::format("did you mean {}?", quote(nearest)));
}

std::string mncc::formatShape(const std::vector<int64_t> &shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }
