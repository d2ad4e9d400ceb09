// SPDX-License-Identifier: Apache-2.0
#include "compiler/targets/Targets.h"

#include "tests/unit/TemporaryFile.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <gtest/gtest.h>

using namespace mncc;

namespace {

class TargetsTest : public testing::Test {
protected:
  mlir::MLIRContext context;
  Diagnostics diagnostics;

  /// What readTargets() says about a file with `text`.
  std::string readErrors(const std::string &text) {
    test::TemporaryFile file("json", text);
    EXPECT_TRUE(failed(readTargets(&context, file.getPath(), diagnostics)));
    return diagnostics.render();
  }
};

std::vector<std::string> names(llvm::ArrayRef<mn::TargetAttr> rows) {
  std::vector<std::string> result;
  for (mn::TargetAttr row : rows)
    result.push_back(row.getCpu().str());
  return result;
}

} // namespace

TEST_F(TargetsTest, TheTableHasTheRowsThatAreAsked) {
  auto rows = readTargets(&context, "", diagnostics);
  ASSERT_TRUE(succeeded(rows)) << diagnostics.render();
  EXPECT_EQ(names(*rows),
            (std::vector<std::string>{"x86-64",     "x86-64-v2",      "x86-64-v3",   "znver3",         "alderlake",
                                      "x86-64-v4",  "skylake-avx512", "cascadelake", "sapphirerapids", "znver4",
                                      "znver5",     "generic",        "cortex-a35",  "cortex-a53",     "cortex-a55",
                                      "cortex-a72", "cortex-a76",     "cortex-a78",  "neoverse-n1",    "neoverse-v1"}));
}

TEST_F(TargetsTest, RowsAreConsistent) {
  auto rows = readTargets(&context, "", diagnostics);
  ASSERT_TRUE(succeeded(rows));
  for (mn::TargetAttr row : *rows) {
    SCOPED_TRACE(row.getCpu().str());
    bool isX86 = row.getString("arch") == "x86_64";
    EXPECT_EQ(row.getRegisters(), isX86 && row.getLanes() < 16 ? 16 : 32);
    EXPECT_EQ(row.hasLaneFma(), !isX86);
    EXPECT_EQ(row.hasFma(), row.getCpu() != "x86-64" && row.getCpu() != "x86-64-v2");
    EXPECT_EQ(row.getFlag("noredzone_on_bare_metal"), isX86);
    EXPECT_TRUE(row.getStrings("allowed_undefined").empty());
    EXPECT_EQ(row.getColumns().get("facts"), nullptr);
    auto codegen = row.getColumns().getAs<mlir::ArrayAttr>("codegen");
    auto first = mlir::cast<mlir::DictionaryAttr>(codegen[0]);
    EXPECT_EQ(mlir::cast<mlir::IntegerAttr>(first.get("unroll")).getInt(), row.getInteger("unroll"));
  }
}

TEST_F(TargetsTest, NativeIsARowThatRunsHere) {
  auto target = lookupTarget(&context, {}, diagnostics);
  ASSERT_TRUE(succeeded(target)) << diagnostics.render();
  EXPECT_TRUE(canRun(*target));
  EXPECT_TRUE(llvm::StringRef(target->getString("triple")).ends_with("-linux-gnu"));
}

TEST_F(TargetsTest, AProcessorWithoutARowGetsTheRowThatIsMostLikeIt) {
  auto rows = readTargets(&context, "", diagnostics);
  ASSERT_TRUE(succeeded(rows));
  llvm::erase_if(*rows, [](mn::TargetAttr row) { return row.getString("arch") != "x86_64"; });
  for (const char *like : {"sapphirerapids", "znver4", "cascadelake"}) {
    llvm::SmallVector<llvm::StringRef> names;
    llvm::X86::getFeaturesForCPU(like, names, /*NeedPlus=*/false);
    llvm::StringMap<bool> features;
    for (llvm::StringRef name : names)
      features[name] = true;
    EXPECT_EQ(pickNative(*rows, "unheard-of", features).getCpu(), like);
  }
  EXPECT_EQ(pickNative(*rows, "znver5", {}).getCpu(), "znver5");
}

TEST_F(TargetsTest, ForeignRowsDoNotRunHere) {
  bool isX86 = llvm::StringRef(llvm::sys::getProcessTriple()).starts_with("x86_64");
  auto foreign = lookupTarget(
      &context, {isX86 ? "aarch64-none-elf" : "x86_64-none-elf", isX86 ? "generic" : "x86-64", ""}, diagnostics);
  ASSERT_TRUE(succeeded(foreign)) << diagnostics.render();
  EXPECT_FALSE(canRun(*foreign));
}

TEST_F(TargetsTest, UnknownRowsAreListedAndTheNearestNamed) {
  ASSERT_TRUE(failed(lookupTarget(&context, {"x86_64-linux-gnu", "znver", ""}, diagnostics)));
  std::string text = diagnostics.render();
  EXPECT_NE(text.find("error: unknown --mcpu 'znver' for the target x86_64-linux-gnu"), std::string::npos) << text;
  EXPECT_NE(text.find("note: did you mean 'znver3'?"), std::string::npos) << text;
  EXPECT_NE(text.find("sapphirerapids"), std::string::npos) << text;
}

TEST_F(TargetsTest, AFileOverridesColumnsOfARow) {
  test::TemporaryFile file("json", R"({"rows": [{"cpu": "cortex-a53", "l2_bytes": 1048576}]})");
  auto target = lookupTarget(&context, {"aarch64-none-elf", "cortex-a53", file.getPath()}, diagnostics);
  ASSERT_TRUE(succeeded(target)) << diagnostics.render();
  EXPECT_EQ(target->getInteger("l2_bytes"), 1048576);
  EXPECT_EQ(target->getInteger("fma_per_100_cycles"), 100);
  EXPECT_EQ(target->getString("triple"), "aarch64-none-elf");
}

TEST_F(TargetsTest, AFileAddsARow) {
  test::TemporaryFile file("json",
                           R"({"rows": [{"cpu": "soc", "arch": "aarch64", "llvm_cpu": "cortex-a35", "vector_bits": 128,
    "registers": 32, "fma": true, "lane_fma": true, "in_order": true, "fma_per_100_cycles": 50, "fma_latency": 8,
    "loads_per_100_cycles": 50, "l1_bytes": 8192, "l2_bytes": 65536, "line_bytes": 64, "unroll": 4,
    "pixel_outer_l2_share": 0, "prefetched_panel_l2_share": 0, "beyond_l2_bytes_per_100_cycles": 0, "noredzone_on_bare_metal": false, "strict_align_on_bare_metal": true,
    "allowed_undefined": ["memcpy"], "codegen": [{"unroll": 4, "tune_cpu": "cortex-a35"}]}]})");
  auto target = lookupTarget(&context, {"aarch64-none-elf", "soc", file.getPath()}, diagnostics);
  ASSERT_TRUE(succeeded(target)) << diagnostics.render();
  EXPECT_TRUE(target->getFlag("strict_align_on_bare_metal"));
  EXPECT_EQ(target->getStrings("allowed_undefined").front(), "memcpy");
}

TEST_F(TargetsTest, ANewRowNeedsEveryColumn) {
  std::string text = readErrors(R"({"rows": [{"cpu": "soc", "arch": "aarch64"}]})");
  EXPECT_NE(text.find("llvm_cpu"), std::string::npos) << text;
  EXPECT_NE(text.find("vector_bits"), std::string::npos) << text;
  EXPECT_NE(text.find(".json:1:11: error: "), std::string::npos) << text;
}

TEST_F(TargetsTest, ColumnsAreChecked) {
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4", "loads_ahead": 8}]})").find("0 on x86_64"), std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "cortex-a55", "issue_group": 9}]})").find("from 1 to 8"),
            std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4", "vector_bits": 384}]})").find("128, 256 or 512"),
            std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4", "llvm_cpu": "zenver4"}]})").find("did you mean 'znver4'?"),
            std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4", "unrol": 4}]})").find("'unrol'"), std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4",
                "codegen": [{"unroll": 4, "tune_cpu": "znver4", "integers": false}]}]})")
                .find("a variant for floats and one for integers"),
            std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4", "codegen": []}]})").find("at least one variant"),
            std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": [{"cpu": "znver4", "loop_align": 48}]})").find("a power of two"), std::string::npos);
  EXPECT_NE(readErrors(R"({"rows": {}})").find("an array of rows"), std::string::npos);
}
