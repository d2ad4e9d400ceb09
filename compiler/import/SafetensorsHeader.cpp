// SPDX-License-Identifier: Apache-2.0
// Reads the header of a safetensors file. Nothing in it is believed before it is checked.
#include "compiler/import/JsonFields.h"
#include "compiler/import/Safetensors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

namespace {

constexpr uint64_t kLongestHeader = 100'000'000;
constexpr size_t kPrefix = 8;
constexpr int64_t kLargestFile = int64_t(1) << 62;

/// Turns the members of the header into tensors.
class HeaderReader {
public:
  HeaderReader(SourceLocation place, llvm::ArrayRef<uint8_t> data, Diagnostics &diagnostics)
      : place(std::move(place)), data(data), diagnostics(diagnostics) {}

  std::vector<TensorView> views;
  std::map<std::string, std::string> metadata;

  LogicalResult read(const JsonValue &header);

private:
  SourceLocation place;
  llvm::ArrayRef<uint8_t> data;
  Diagnostics &diagnostics;

  LogicalResult readMetadata(const JsonValue &value);
  LogicalResult readTensor(const JsonMember &member);
  LogicalResult checkRanges();
};

} // namespace

/// The first error of `inner` as an error about the whole file.
static LogicalResult reportHeader(const SourceLocation &place, const Diagnostics &inner, const std::string &what,
                                  Diagnostics &diagnostics) {
  const Diagnostic &first = inner.all().front();
  return diagnostics
      .error(place, fmt::format("{} is broken at byte {}: {}", what, kPrefix + first.location.offset, first.message))
      .note("the file is damaged or no safetensors file; write it again");
}

LogicalResult HeaderReader::readMetadata(const JsonValue &value) {
  auto *members = value.getIf<JsonValue::Object>();
  for (size_t i = 0; members && i < members->size(); ++i) {
    auto *text = (*members)[i].value.getIf<std::string>();
    if (!text)
      return diagnostics
          .error(place, fmt::format("'__metadata__' expects strings, found {} in {}", (*members)[i].value.describe(),
                                    quote((*members)[i].key)))
          .note("write numbers as strings");
    metadata[(*members)[i].key] = *text;
  }
  if (!members)
    return diagnostics.error(place, fmt::format("'__metadata__' expects an object, found {}", value.describe()))
        .note("the file is damaged or no safetensors file; write it again");
  return success();
}

/// Bytes of a tensor, or nothing where they pass every file.
static std::optional<int64_t> countBytes(DType dtype, const std::vector<int64_t> &shape) {
  int64_t bytes = getByteWidth(dtype);
  if (llvm::is_contained(shape, 0))
    return 0;
  for (int64_t size : shape)
    if (size > kLargestFile / bytes)
      return std::nullopt;
    else
      bytes *= size;
  return bytes;
}

LogicalResult HeaderReader::readTensor(const JsonMember &member) {
  Diagnostics inner;
  std::string what = "tensor " + quote(member.key), dtypeName;
  std::vector<int64_t> shape, offsets;
  JsonFields fields(member.value, what, inner);
  fields.readString("dtype", dtypeName, Presence::Required);
  fields.readIntegers("shape", shape, {0, 16}, {0, kLargestFile}, Presence::Required);
  fields.readIntegers("data_offsets", offsets, {2, 2}, {0, kLargestFile}, Presence::Required);
  if (failed(fields.finish()))
    return reportHeader(place, inner, "the header entry of " + what, diagnostics);

  std::optional<DType> dtype = findDType(dtypeName);
  if (!dtype)
    return diagnostics.error(place, fmt::format("{} has the unknown type {}", what, quote(dtypeName)))
        .note("known types are F32, F16, BF16, F64, I8, U8, I16, U16, I32, U32, I64, U64, BOOL");
  if (offsets[0] > offsets[1] || offsets[1] > static_cast<int64_t>(data.size()))
    return diagnostics
        .error(place, fmt::format("{} expects its data inside the {} bytes after the header, found {} to {}", what,
                                  data.size(), offsets[0], offsets[1]))
        .note("the file is cut short or damaged");
  std::optional<int64_t> bytes = countBytes(*dtype, shape);
  if (!bytes || *bytes != offsets[1] - offsets[0])
    return diagnostics
        .error(place,
               fmt::format("{} of type {} and shape {} expects {} bytes, found {}", what, dtypeName, formatShape(shape),
                           bytes ? fmt::format("{}", *bytes) : "more than 2^62", offsets[1] - offsets[0]))
        .note("type, shape and data_offsets of a tensor must agree");
  views.push_back({member.key, *dtype, std::move(shape), data.slice(offsets[0], *bytes)});
  return success();
}

/// The ranges must follow each other without a gap or an overlap, and fill the file.
LogicalResult HeaderReader::checkRanges() {
  std::vector<const TensorView *> byOffset;
  for (const TensorView &view : views)
    byOffset.push_back(&view);
  llvm::sort(byOffset, [](auto *a, auto *b) {
    return std::tuple(a->bytes.data(), a->bytes.size(), a->name) <
           std::tuple(b->bytes.data(), b->bytes.size(), b->name);
  });
  size_t end = 0;
  const TensorView *last = nullptr;
  for (const TensorView *view : byOffset) {
    size_t begin = view->bytes.data() - data.data();
    if (begin < end)
      return diagnostics
          .error(place, fmt::format("tensors {} and {} overlap at byte {} of the data", quote(last->name),
                                    quote(view->name), begin))
          .note("every byte belongs to one tensor");
    if (begin > end)
      return diagnostics
          .error(place, fmt::format("expected the data of tensor {} at byte {}, found it at {}", quote(view->name), end,
                                    begin))
          .note("the format allows no gap between tensors");
    end = begin + view->bytes.size();
    last = view;
  }
  if (end != data.size())
    return diagnostics.error(place, fmt::format("expected {} bytes of data, found {}", end, data.size()))
        .note("the bytes at the end belong to no tensor");
  return success();
}

LogicalResult HeaderReader::read(const JsonValue &header) {
  for (const JsonMember &member : *header.getIf<JsonValue::Object>())
    if (failed(member.key == "__metadata__" ? readMetadata(member.value) : readTensor(member)))
      return failure();
  if (failed(checkRanges()))
    return failure();
  llvm::sort(views, [](const TensorView &a, const TensorView &b) { return a.name < b.name; });
  return success();
}

/// Checks the length in the first eight bytes and reads the header's JSON.
static FailureOr<JsonValue> readHeaderJson(llvm::StringRef bytes, const SourceLocation &place,
                                           Diagnostics &diagnostics) {
  if (bytes.size() < kPrefix)
    return diagnostics.error(place, fmt::format("expected at least 8 bytes, found {}", bytes.size()))
        .note("a safetensors file starts with the length of its header");
  uint64_t length = llvm::support::endian::read64le(bytes.data());
  if (length > kLongestHeader || length > bytes.size() - kPrefix)
    return diagnostics
        .error(place, fmt::format("expected a header of at most {} bytes, found a length of {}",
                                  std::min<uint64_t>(kLongestHeader, bytes.size() - kPrefix), length))
        .note("the file is cut short, damaged or no safetensors file");
  auto text = std::make_shared<SourceFile>(SourceFile{place.file->path, bytes.substr(kPrefix, length).str()});
  Diagnostics inner;
  FailureOr<JsonValue> header = readJson(text, inner);
  if (failed(header))
    return FailureOr<JsonValue>(reportHeader(place, inner, "the header", diagnostics));
  if (!header->getIf<JsonValue::Object>() || text->text.front() != '{')
    return diagnostics.error(place, fmt::format("the header expects an object, found {}", header->describe()))
        .note("the file is damaged or no safetensors file; write it again");
  return header;
}

FailureOr<SafetensorsFile> SafetensorsFile::parse(std::unique_ptr<llvm::MemoryBuffer> buffer, const std::string &path,
                                                  Diagnostics &diagnostics) {
  SafetensorsFile result;
  result.file = std::make_shared<SourceFile>(SourceFile{path, ""});
  llvm::StringRef bytes = buffer->getBuffer();
  FailureOr<JsonValue> header = readHeaderJson(bytes, result.location(), diagnostics);
  if (failed(header))
    return failure();
  llvm::StringRef data = bytes.drop_front(kPrefix + llvm::support::endian::read64le(bytes.data()));
  HeaderReader reader(result.location(), llvm::ArrayRef<uint8_t>(data.bytes_begin(), data.size()), diagnostics);
  if (failed(reader.read(*header)))
    return failure();
  result.buffer = std::move(buffer);
  result.views = std::move(reader.views);
  result.strings = std::move(reader.metadata);
  return result;
}

FailureOr<SafetensorsFile> SafetensorsFile::open(const std::string &path, Diagnostics &diagnostics) {
  SourceLocation place{std::make_shared<SourceFile>(SourceFile{path, ""}), 0};
  llvm::sys::fs::file_status status;
  std::error_code error = llvm::sys::fs::status(path, status);
  if (!error && !llvm::sys::fs::is_regular_file(status))
    return diagnostics.error(place, "expected a regular file, found something else")
        .note("weights are read from a safetensors file");
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return diagnostics.error(place, fmt::format("cannot read the file: {}", buffer.getError().message()))
        .note("expected the path of a safetensors file");
  return parse(std::move(*buffer), path, diagnostics);
}
