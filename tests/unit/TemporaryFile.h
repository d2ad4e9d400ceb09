// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_TESTS_UNIT_TEMPORARYFILE_H
#define MNCC_TESTS_UNIT_TEMPORARYFILE_H

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

#include <fstream>
#include <gtest/gtest.h>
#include <string>

namespace mncc::test {

/// A file with given bytes, whose name no other test has, even one that runs at
/// the same time; removed with the object.
class TemporaryFile {
public:
  /// `extension` has no dot.
  TemporaryFile(llvm::StringRef extension, llvm::StringRef bytes) {
    llvm::SmallString<128> name;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("mncc-test", extension, name));
    path = name.str().str();
    remover.setFile(path);
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  const std::string &getPath() const { return path; }

private:
  std::string path;
  llvm::FileRemover remover;
};

} // namespace mncc::test

#endif // MNCC_TESTS_UNIT_TEMPORARYFILE_H
