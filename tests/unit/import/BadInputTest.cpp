// SPDX-License-Identifier: Apache-2.0
// Every description in tests/compiler/bad-input gives exactly the text beside it, NAME.txt.
#include "compiler/import/ImportModel.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

using namespace mncc;
namespace fs = std::filesystem;

static const fs::path kRoot = fs::path(MNCC_SOURCE_DIR) / "tests/compiler/bad-input";

/// All descriptions as "folder/name", sorted.
static std::vector<std::string> listCases() {
  std::vector<std::string> cases;
  for (const fs::directory_entry &entry : fs::recursive_directory_iterator(kRoot))
    if (entry.path().extension() == ".json")
      cases.push_back(fs::relative(entry.path(), kRoot).replace_extension().string());
  llvm::sort(cases);
  return cases;
}

class BadInput : public testing::TestWithParam<std::string> {};

TEST_P(BadInput, ReportsOneLocatedError) {
  fs::path json = (kRoot / GetParam()).concat(".json"), expected = (kRoot / GetParam()).concat(".txt");
  fs::path before = fs::current_path();
  fs::current_path(json.parent_path());
  mlir::MLIRContext context;
  Diagnostics diagnostics;
  bool hasFailed = failed(importModel(json.filename().string(), {}, context, diagnostics));
  fs::current_path(before);
  EXPECT_TRUE(hasFailed);
  EXPECT_EQ(diagnostics.countErrors(), 1u);
  for (const Diagnostic &diagnostic : diagnostics.all())
    EXPECT_FALSE(diagnostic.notes.empty());
  std::string found = diagnostics.render();
  // MNCC_UPDATE_GOLDEN=1 accepts new texts; look at the difference before you commit it.
  if (std::getenv("MNCC_UPDATE_GOLDEN"))
    std::ofstream(expected, std::ios::binary) << found;
  std::ostringstream text;
  text << std::ifstream(expected, std::ios::binary).rdbuf();
  EXPECT_EQ(found, text.str());
}

INSTANTIATE_TEST_SUITE_P(Cases, BadInput, testing::ValuesIn(listCases()), [](auto &info) {
  std::string name = info.param;
  for (char &c : name)
    c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});
