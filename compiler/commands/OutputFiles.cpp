// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/OutputFiles.h"

#include "compiler/import/Safetensors.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

namespace mncc {

static std::string join(const std::string &directory, const std::string &name) {
  llvm::SmallString<128> path(directory);
  llvm::sys::path::append(path, name);
  return path.str().str();
}

/// `directory` and those above it that do not exist, innermost first.
static std::vector<std::string> listMissing(llvm::StringRef directory) {
  std::vector<std::string> missing;
  for (; !directory.empty() && !llvm::sys::fs::exists(directory); directory = llvm::sys::path::parent_path(directory))
    missing.push_back(directory.str());
  return missing;
}

llvm::LogicalResult writeFiles(const std::string &directory, const std::map<std::string, std::string> &files,
                               Diagnostics &diagnostics) {
  std::vector<std::string> made = listMissing(directory);
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    return diagnostics.error({}, fmt::format("cannot make the directory {}: {}", quote(directory), error.message()))
        .note("choose another one with -o");
  for (const auto &[name, content] : files)
    if (llvm::sys::fs::is_directory(join(directory, name)))
      return diagnostics.error({}, fmt::format("cannot write {}: it is a directory", quote(join(directory, name))))
          .note("choose another place with -o, or another name with --name");
  std::vector<std::string> written;
  auto discard = [&] {
    for (const std::string &name : written)
      llvm::sys::fs::remove(join(directory, name + ".partial"));
    for (const std::string &path : made)
      llvm::sys::fs::remove(path);
    return llvm::failure();
  };
  for (const auto &[name, content] : files) {
    written.push_back(name);
    if (failed(writeBytes(join(directory, name + ".partial"), content, diagnostics)))
      return discard();
  }
  for (const std::string &name : written)
    if (std::error_code error = llvm::sys::fs::rename(join(directory, name + ".partial"), join(directory, name))) {
      diagnostics.error({}, fmt::format("cannot write {}: {}", quote(join(directory, name)), error.message()));
      return discard();
    }
  return llvm::success();
}

} // namespace mncc
