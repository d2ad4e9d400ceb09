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

namespace {

/// Files beside their places, with what their directory needed. What is not moved to its place is removed in the end.
class PartialFiles {
public:
  PartialFiles(const std::string &directory, Diagnostics &diagnostics)
      : directory(directory), diagnostics(diagnostics), made(listMissing(directory)) {}
  ~PartialFiles();

  llvm::LogicalResult write(const std::map<std::string, std::string> &files);
  llvm::LogicalResult moveToPlace();

private:
  std::string path(const std::string &name) const { return join(directory, name); }
  std::string partialPath(const std::string &name) const { return join(directory, name + ".partial"); }

  const std::string &directory;
  Diagnostics &diagnostics;
  std::vector<std::string> made, written;
};

} // namespace

PartialFiles::~PartialFiles() {
  for (const std::string &name : written)
    llvm::sys::fs::remove(partialPath(name));
  // Those that have files stay.
  for (const std::string &path : made)
    llvm::sys::fs::remove(path);
}

llvm::LogicalResult PartialFiles::write(const std::map<std::string, std::string> &files) {
  if (std::error_code error = llvm::sys::fs::create_directories(directory))
    return diagnostics.error({}, fmt::format("cannot make the directory {}: {}", quote(directory), error.message()))
        .note("choose another one with -o");
  for (const auto &[name, content] : files)
    if (llvm::sys::fs::is_directory(path(name)))
      return diagnostics.error({}, fmt::format("cannot write {}: it is a directory", quote(path(name))))
          .note("choose another place with -o, or another name with --name");
  for (const auto &[name, content] : files) {
    written.push_back(name);
    if (failed(writeBytes(partialPath(name), content, diagnostics)))
      return llvm::failure();
  }
  return llvm::success();
}

llvm::LogicalResult PartialFiles::moveToPlace() {
  for (const std::string &name : written)
    if (std::error_code error = llvm::sys::fs::rename(partialPath(name), path(name)))
      return diagnostics.error({}, fmt::format("cannot write {}: {}", quote(path(name)), error.message()));
  made.clear();
  return llvm::success();
}

llvm::LogicalResult writeFiles(const std::string &directory, const std::map<std::string, std::string> &files,
                               Diagnostics &diagnostics) {
  PartialFiles partial(directory, diagnostics);
  if (failed(partial.write(files)))
    return llvm::failure();
  return partial.moveToPlace();
}

llvm::LogicalResult checkWritable(const std::string &directory, const std::vector<std::string> &names,
                                  Diagnostics &diagnostics) {
  std::map<std::string, std::string> files;
  for (const std::string &name : names)
    files[name] = "";
  return PartialFiles(directory, diagnostics).write(files);
}

} // namespace mncc
