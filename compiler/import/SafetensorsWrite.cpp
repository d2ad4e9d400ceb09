// SPDX-License-Identifier: Apache-2.0
// Writes safetensors files, the same bytes for the same tensors on every run.
#include "compiler/import/Safetensors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mncc;

static std::string spell(const std::string &text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string mncc::serializeSafetensors(llvm::ArrayRef<TensorView> tensors,
                                       const std::map<std::string, std::string> &metadata) {
  constexpr size_t kPrefix = 8, kAlignment = 64;
  std::vector<const TensorView *> sorted;
  for (const TensorView &tensor : tensors)
    sorted.push_back(&tensor);
  llvm::sort(sorted, [](auto *a, auto *b) { return a->name < b->name; });

  std::vector<std::string> entries;
  if (!metadata.empty()) {
    std::vector<std::string> pairs;
    for (auto &[key, value] : metadata)
      pairs.push_back(spell(key) + ":" + spell(value));
    entries.push_back(fmt::format("\"__metadata__\":{{{}}}", fmt::join(pairs, ",")));
  }
  size_t offset = 0;
  for (const TensorView *tensor : sorted) {
    entries.push_back(fmt::format("{}:{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}",
                                  spell(tensor->name), getDTypeName(tensor->dtype), fmt::join(tensor->shape, ","),
                                  offset, offset + tensor->bytes.size()));
    offset += tensor->bytes.size();
  }
  std::string header = fmt::format("{{{}}}", fmt::join(entries, ","));
  header.append(llvm::alignTo(kPrefix + header.size(), kAlignment) - kPrefix - header.size(), ' ');

  std::string file(kPrefix, '\0');
  llvm::support::endian::write64le(file.data(), header.size());
  file += header;
  file.reserve(file.size() + offset);
  for (const TensorView *tensor : sorted)
    file.append(reinterpret_cast<const char *>(tensor->bytes.data()), tensor->bytes.size());
  return file;
}

llvm::LogicalResult mncc::writeBytes(const std::string &path, std::string_view bytes, Diagnostics &diagnostics) {
  std::error_code error;
  {
    llvm::raw_fd_ostream stream(path, error);
    if (!error) {
      stream << llvm::StringRef(bytes.data(), bytes.size());
      stream.close();
      error = stream.error();
      stream.clear_error();
      if (error)
        llvm::sys::fs::remove(path);
    }
  }
  if (!error)
    return llvm::success();
  return diagnostics
      .error({std::make_shared<SourceFile>(SourceFile{path, ""}), 0},
             fmt::format("cannot write the file: {}", error.message()))
      .note("choose a directory that can be written and has room");
}
