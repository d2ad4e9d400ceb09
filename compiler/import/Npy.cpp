// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Npy.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::FailureOr;
using llvm::StringRef;

static constexpr StringRef kMagic = "\x93NUMPY";

/// The types that are read and written, as the header names them.
static constexpr std::pair<StringRef, DType> kTypes[] = {
    {"'<f4'", DType::F32}, {"'|u1'", DType::U8}, {"'|i1'", DType::I8}};

/// What follows `'key':` in the header, a Python dictionary on one line; empty where the key is not there.
static StringRef findEntry(StringRef header, StringRef key) {
  size_t start = header.find(("'" + key + "'").str());
  if (start == StringRef::npos)
    return {};
  StringRef rest = header.substr(start + key.size() + 2).ltrim();
  return rest.consume_front(":") ? rest.ltrim() : StringRef();
}

/// The numbers of a tuple such as `(1, 224, 224, 3)` or `(5,)`.
static std::optional<std::vector<int64_t>> parseTuple(StringRef text) {
  std::vector<int64_t> shape;
  size_t end = text.find(')');
  if (!text.consume_front("(") || end == StringRef::npos)
    return std::nullopt;
  llvm::SmallVector<StringRef> parts;
  text.take_front(end - 1).split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    int64_t size;
    if (part.trim().empty())
      continue;
    if (part.trim().getAsInteger(10, size) || size < 0)
      return std::nullopt;
    shape.push_back(size);
  }
  return shape;
}

/// The header's text; moves `bytes` to the data behind it. Empty for a file that is no NumPy array.
static StringRef takeHeader(StringRef &bytes) {
  if (bytes.size() < 10 || !bytes.starts_with(kMagic) || bytes[6] < 1 || bytes[6] > 3)
    return {};
  size_t prefix = bytes[6] == 1 ? 10 : 12;
  if (bytes.size() < prefix)
    return {};
  uint64_t length = prefix == 10 ? llvm::support::endian::read16le(bytes.data() + 8)
                                 : llvm::support::endian::read32le(bytes.data() + 8);
  if (length > bytes.size() - prefix)
    return {};
  StringRef header = bytes.substr(prefix, length);
  bytes = bytes.drop_front(prefix + length);
  return header;
}

/// Bytes of an array, or nothing where they overflow.
static std::optional<uint64_t> countBytes(DType dtype, const std::vector<int64_t> &shape) {
  uint64_t bytes = getByteWidth(dtype);
  for (int64_t size : shape)
    if (__builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes))
      return std::nullopt;
  return bytes;
}

FailureOr<NpyArray> mncc::readNpy(const std::string &path, Diagnostics &diagnostics) {
  SourceLocation place{std::make_shared<SourceFile>(SourceFile{path, ""}), 0};
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return diagnostics.error(place, fmt::format("cannot read the file: {}", buffer.getError().message()))
        .note("expected the path of a NumPy file");
  StringRef bytes = (*buffer)->getBuffer();
  StringRef header = takeHeader(bytes);
  StringRef descr = findEntry(header, "descr"), order = findEntry(header, "fortran_order");
  std::optional<std::vector<int64_t>> shape = parseTuple(findEntry(header, "shape"));
  if (header.empty() || descr.empty() || order.empty() || !shape)
    return diagnostics.error(place, "expected a NumPy array, found another or a damaged file")
        .note("numpy.save(path, array) writes one");

  NpyArray array;
  auto type = llvm::find_if(kTypes, [&](const auto &known) { return descr.starts_with(known.first); });
  if (type == std::end(kTypes))
    return diagnostics
        .error(place,
               fmt::format("expected an array of type '<f4', '|u1' or '|i1', found {}", descr.split(',').first.str()))
        .note("convert it with array.astype('<f4')");
  if (!order.starts_with("False"))
    return diagnostics.error(place, "expected an array in C order, found Fortran order")
        .note("convert it with numpy.ascontiguousarray(array)");
  array.dtype = type->second;
  std::optional<uint64_t> expected = countBytes(array.dtype, *shape);
  if (expected != bytes.size())
    return diagnostics
        .error(place, fmt::format("shape {} expects {} bytes of data, found {}", formatShape(*shape),
                                  expected ? fmt::format("{}", *expected) : "more than 2^64", bytes.size()))
        .note("the file is cut short or damaged");
  array.shape = std::move(*shape);
  array.bytes.assign(bytes.bytes_begin(), bytes.bytes_end());
  return array;
}

std::string mncc::serializeNpy(const TensorView &tensor) {
  constexpr size_t kPrefix = 10, kAlignment = 64;
  StringRef type = llvm::find_if(kTypes, [&](const auto &known) { return known.second == tensor.dtype; })->first;
  std::string header = fmt::format("{{'descr': {}, 'fortran_order': False, 'shape': ({}{}), }}", type.str(),
                                   fmt::join(tensor.shape, ", "), tensor.shape.size() == 1 ? "," : "");
  header.append(llvm::alignTo(kPrefix + header.size() + 1, kAlignment) - kPrefix - header.size() - 1, ' ');
  header += '\n';
  std::string file = kMagic.str() + std::string("\x01\x00\x00\x00", 4);
  llvm::support::endian::write16le(file.data() + 8, header.size());
  file += header;
  return file.append(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
}
