// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/JsonReader.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

using namespace mncc;
using llvm::failure;
using llvm::FailureOr;

std::optional<int64_t> JsonValue::getInteger() const {
  if (auto *integer = getIf<int64_t>())
    return *integer;
  constexpr double kExact = 9007199254740992.0; // 2^53: beyond it a double no longer tells neighbours apart
  if (auto *number = getIf<double>(); number && std::abs(*number) <= kExact && *number == std::trunc(*number))
    return static_cast<int64_t>(*number);
  return std::nullopt;
}

std::optional<double> JsonValue::getNumber() const {
  if (auto *integer = getIf<int64_t>())
    return static_cast<double>(*integer);
  if (auto *number = getIf<double>())
    return *number;
  return std::nullopt;
}

/// The number as the file spells it.
static std::string spellNumber(const SourceLocation &location) {
  std::string_view rest = std::string_view(location.file->text).substr(location.offset);
  return std::string(rest.substr(0, std::min<size_t>(rest.find_first_not_of("0123456789+-.eE"), 40)));
}

/// A short array as JSON, a long one by its length.
static std::string describeArray(const JsonValue::Array &array) {
  constexpr size_t kLongest = 8;
  if (array.empty())
    return "an empty array";
  std::string text;
  for (const JsonValue &item : array) {
    auto *inner = item.getIf<JsonValue::Array>();
    if (array.size() > kLongest || (!item.getNumber() && (!inner || inner->size() > kLongest)))
      return fmt::format("an array of {}", array.size());
    text += (text.empty() ? "" : ", ") + (inner ? describeArray(*inner) : spellNumber(item.location));
  }
  return "[" + text + "]";
}

std::string JsonValue::describe() const {
  switch (data.index()) {
  case 0:
    return "null";
  case 1:
    return *getIf<bool>() ? "true" : "false";
  case 2:
  case 3:
    return "the number " + spellNumber(location);
  case 4:
    return "the string " + quote(*getIf<std::string>());
  case 5:
    return describeArray(*getIf<Array>());
  default:
    return "an object";
  }
}

namespace {

/// Walks over a text and tells the outside how far it has come.
class CountingIterator {
public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char *;
  using reference = const char &;

  CountingIterator(const char *begin, const char *position, size_t *count)
      : begin(begin), position(position), count(count) {}
  reference operator*() const { return *position; }
  CountingIterator &operator++() {
    *count = ++position - begin;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator old = *this;
    ++*this;
    return old;
  }
  bool operator==(const CountingIterator &other) const { return position == other.position; }

private:
  const char *begin, *position;
  size_t *count;
};

/// Builds the tree from nlohmann's events. Each event first finds where its token starts: between the end of the token
/// before it and itself stand only white space, commas and colons.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
  TreeBuilder(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics)
      : file(std::move(file)), diagnostics(diagnostics) {}

  JsonValue root;
  size_t consumed = 0;

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(static_cast<int64_t>(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<uint64_t>(INT64_MAX))
      return add(static_cast<double>(value));
    return add(static_cast<int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t &) override { return add(value); }
  bool string(string_t &value) override { return add(std::move(value)); }
  bool binary(binary_t &) override { return false; }
  bool start_object(std::size_t) override { return open(JsonValue::Object()); }
  bool start_array(std::size_t) override { return open(JsonValue::Array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t &name) override;
  bool parse_error(std::size_t position, const std::string &, const nlohmann::json::exception &exception) override;

private:
  std::shared_ptr<const SourceFile> file;
  Diagnostics &diagnostics;
  std::vector<JsonValue *> containers;
  /// For each open container the keys seen so far; they are unused for arrays.
  std::vector<std::set<std::string>> keys;
  size_t values = 0, lastEnd = 0;

  SourceLocation takeToken() {
    size_t start = file->text.find_first_not_of(" \t\r\n,:", lastEnd);
    lastEnd = consumed;
    return {file, start};
  }
  JsonValue *place(JsonValue value);
  template <typename T> bool add(T data);
  template <typename T> bool open(T data);
  bool close() {
    takeToken();
    containers.pop_back();
    keys.pop_back();
    return true;
  }
};

} // namespace

JsonValue *TreeBuilder::place(JsonValue value) {
  if (containers.empty()) {
    root = std::move(value);
    return &root;
  }
  if (auto *array = std::get_if<JsonValue::Array>(&containers.back()->data))
    return &array->emplace_back(std::move(value));
  JsonValue &slot = std::get<JsonValue::Object>(containers.back()->data).back().value;
  slot = std::move(value);
  return &slot;
}

template <typename T> bool TreeBuilder::add(T data) {
  JsonValue value;
  value.data = std::move(data);
  value.location = takeToken();
  if (++values > (1u << 21)) {
    diagnostics.error(value.location, "expected at most 2097152 values in a JSON file, found more")
        .note("a description has one small object a layer; weights belong into a safetensors file");
    return false;
  }
  place(std::move(value));
  return true;
}

template <typename T> bool TreeBuilder::open(T data) {
  constexpr size_t kDeepest = 64;
  JsonValue value;
  value.data = std::move(data);
  value.location = takeToken();
  if (containers.size() >= kDeepest) {
    diagnostics.error(value.location, fmt::format("expected at most {} levels of nesting, found more", kDeepest))
        .note("close what stands open before this");
    return false;
  }
  containers.push_back(place(std::move(value)));
  keys.emplace_back();
  return true;
}

bool TreeBuilder::key(string_t &name) {
  SourceLocation location = takeToken();
  auto &members = std::get<JsonValue::Object>(containers.back()->data);
  if (!keys.back().insert(name).second) {
    auto first = std::find_if(members.begin(), members.end(), [&](auto &member) { return member.key == name; });
    diagnostics.error(location, fmt::format("duplicate key {}", quote(name)))
        .note(first->keyLocation, "the first one is here; remove one of them");
    return false;
  }
  members.push_back({name, location, {}});
  return true;
}

/// Where the token that a syntax error is about starts, or the character inside of a string; `end` is the number of
/// bytes that nlohmann has read.
static size_t findTokenStart(const std::string &text, size_t end, std::string_view message) {
  if (message.find("unexpected end of input") != std::string_view::npos || end > text.size())
    return text.find_last_not_of(" \t\r\n") + 1;
  size_t start = end ? end - 1 : 0;
  if (message.find("unexpected string literal") != std::string_view::npos)
    do
      start = text.rfind('"', start - 1);
    while (start > 0 && text[start - 1] == '\\');
  auto isWord = [&](size_t place) {
    return llvm::isAlnum(text[place]) || llvm::is_contained({'+', '-', '.'}, text[place]);
  };
  bool isInString = message.find("invalid string") != std::string_view::npos;
  while (!isInString && start > 0 && isWord(start) && isWord(start - 1))
    --start;
  return start;
}

bool TreeBuilder::parse_error(std::size_t position, const std::string &, const nlohmann::json::exception &exception) {
  std::string message = exception.what();
  SourceLocation location{file, findTokenStart(file->text, position, message)};
  std::string_view rest = std::string_view(file->text).substr(std::min(location.offset, file->text.size()));
  if (message.find("out_of_range") != std::string::npos) {
    diagnostics
        .error(location, fmt::format("expected a number within the range of a double, found {}", spellNumber(location)))
        .note("the largest double is about 1.8e308");
    return false;
  }
  for (std::string_view word : {"NaN", "nan", "Infinity", "-Infinity", "inf", "-inf"})
    if (rest.starts_with(word)) {
      diagnostics.error(location, fmt::format("expected a JSON value, found {}", word))
          .note("JSON has no NaN and no Infinity; write a finite number");
      return false;
    }
  size_t start = message.find("syntax error");
  message = start == std::string::npos ? message : message.substr(start);
  diagnostics.error(location, message.substr(0, message.find("; last read:")))
      .note("the file must be JSON as in RFC 8259: double quotes, no comments, no comma after the last item");
  return false;
}

/// Reports a byte order mark or the first byte that is no UTF-8.
static llvm::LogicalResult checkEncoding(const std::shared_ptr<const SourceFile> &file, Diagnostics &diagnostics) {
  const std::string &text = file->text;
  if (text.starts_with("\xef\xbb\xbf"))
    return diagnostics.error({file, 0}, "expected JSON to start with its first character, found a byte order mark")
        .note("save the file as UTF-8 without a byte order mark");
  auto *position = reinterpret_cast<const llvm::UTF8 *>(text.data());
  const llvm::UTF8 *begin = position;
  if (llvm::isLegalUTF8String(&position, begin + text.size()))
    return llvm::success();
  return diagnostics
      .error({file, static_cast<size_t>(position - begin)},
             fmt::format("expected UTF-8, found the byte 0x{:02x}", *position))
      .note("save the file as UTF-8");
}

FailureOr<JsonValue> mncc::readJson(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics) {
  const std::string &text = file->text;
  if (text.find_first_not_of(" \t\r\n") == std::string::npos)
    return diagnostics.error({file, 0}, "expected a JSON object, found an empty file")
        .note("a model description starts with {");
  if (failed(checkEncoding(file, diagnostics)))
    return failure();
  TreeBuilder builder(file, diagnostics);
  const char *begin = text.data(), *end = begin + text.size();
  size_t atEnd = 0;
  if (!nlohmann::json::sax_parse(CountingIterator(begin, begin, &builder.consumed),
                                 CountingIterator(begin, end, &atEnd), &builder))
    return failure();
  return std::move(builder.root);
}

FailureOr<std::shared_ptr<const SourceFile>> mncc::readSourceFile(const std::string &path, Diagnostics &diagnostics,
                                                                  const FileKind &kind) {
  constexpr size_t kLargest = size_t(256) << 20;
  auto file = std::make_shared<SourceFile>();
  file->path = path == "-" ? "<stdin>" : path;
  file->manual = kind.manual;
  // Some devices have no end.
  llvm::sys::fs::file_status status;
  if (path != "-" && !llvm::sys::fs::status(path, status) && status.type() == llvm::sys::fs::file_type::character_file)
    return diagnostics.error({file, 0}, "cannot read the file: it is a device")
        .note(fmt::format("expected the path of {}, or - for the standard input", kind.name));
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return diagnostics.error({file, 0}, fmt::format("cannot read the file: {}", buffer.getError().message()))
        .note(fmt::format("expected the path of {}, or - for the standard input", kind.name));
  if ((*buffer)->getBufferSize() > kLargest)
    return diagnostics
        .error({file, 0}, fmt::format("expected at most {} bytes, found {}", kLargest, (*buffer)->getBufferSize()))
        .note(fmt::format("{} is a short text; is it another file?", kind.name));
  file->text = (*buffer)->getBuffer().str();
  return std::shared_ptr<const SourceFile>(std::move(file));
}
