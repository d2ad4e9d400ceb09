// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Llvm.h"
#include "tests/unit/emit/SmallModel.h"

#include "llvm/Object/ELFObjectFile.h"

#include <gtest/gtest.h>

#include <set>

using namespace mncc;
using namespace mncc::test;

static std::string compileObject(const char *columns) {
  auto context = makeContext();
  auto module = makeSmallModel(*context, columns);
  EXPECT_TRUE(module);
  auto program = buildProgram(*module, /*isPositionIndependent=*/false);
  EXPECT_TRUE(mlir::succeeded(program));
  auto object = emitObject(*program);
  EXPECT_TRUE(mlir::succeeded(object));
  return *object;
}

/// Names of the symbols that other objects see.
static std::set<std::string> globalsOf(const std::string &bytes) {
  std::set<std::string> names;
  auto file = llvm::cantFail(llvm::object::ObjectFile::createELFObjectFile({bytes, "object"}));
  for (const llvm::object::SymbolRef &symbol : file->symbols())
    if (llvm::cantFail(symbol.getFlags()) & llvm::object::SymbolRef::SF_Global)
      names.insert(llvm::cantFail(symbol.getName()).str());
  return names;
}

TEST(Llvm, ObjectsShowOnlyTheContract) {
  using Names = std::set<std::string>;
  EXPECT_EQ(globalsOf(compileObject(kX86Linux)), (Names{"net_run", "net_cpu_supported"}));
  EXPECT_EQ(globalsOf(compileObject(kArmLinux)), (Names{"net_run", "net_cpu_supported"}));
  EXPECT_EQ(globalsOf(compileObject(kX86Bare)), Names{"net_run"});
  EXPECT_EQ(globalsOf(compileObject(kArmBare)), Names{"net_run"});
}

TEST(Llvm, EqualModelsGiveEqualBytes) {
  EXPECT_EQ(compileObject(kX86Bare), compileObject(kX86Bare));
  EXPECT_EQ(compileObject(kArmLinux), compileObject(kArmLinux));
}

TEST(Llvm, WeightsHaveASectionOfTheirOwn) {
  std::string object = compileObject(kArmBare);
  auto file = llvm::cantFail(llvm::object::ObjectFile::createELFObjectFile({object, "object"}));
  uint64_t bytes = 0;
  for (const llvm::object::SectionRef &section : file->sections())
    if (llvm::cantFail(section.getName()) == ".rodata.net_weights")
      bytes = section.getSize();
  // Two layers of a bias, padded to 64 bytes, and 16 weights.
  EXPECT_EQ(bytes, 2u * (64 + 64));
}

TEST(Llvm, TextHoldsSmallWeights) {
  auto context = makeContext();
  auto module = makeSmallModel(*context, kX86Bare);
  auto program = buildProgram(*module, false);
  ASSERT_TRUE(mlir::succeeded(program));
  PrintedText assembly = emitAssembly(*program), llvm = emitLlvm(*program);
  EXPECT_NE(assembly.text.find("net_weights:"), std::string::npos);
  EXPECT_TRUE(assembly.weightsAssembly.empty());
  EXPECT_NE(llvm.text.find("source_filename = \"net\""), std::string::npos);
  EXPECT_NE(assembly.text.find("vfmadd"), std::string::npos);
  EXPECT_EQ(emitBitcode(*program).substr(0, 2), "BC");
}

TEST(Llvm, LargeWeightsStandBesideTheText) {
  auto context = makeContext();
  auto module = makeSmallModel(*context, kArmBare);
  auto program = buildProgram(*module, false);
  ASSERT_TRUE(mlir::succeeded(program));
  ASSERT_EQ(program->weights.size(), 1u);
  program->weights.front().bytes.resize(5 << 20);
  PrintedText assembly = emitAssembly(*program);
  EXPECT_EQ(assembly.text.find("net_weights:"), std::string::npos);
  EXPECT_NE(assembly.weightsAssembly.find(".incbin \"net_weights.bin\", 0, 5242880"), std::string::npos);
  EXPECT_EQ(assembly.weightsBinary.size(), size_t(5 << 20));
}

TEST(Llvm, WithoutFmaThereIsNone) {
  auto context = makeContext();
  auto module = makeSmallModel(*context,
                               R"(cpu = "x86-64-v3", llvm_cpu = "x86-64-v3", triple = "x86_64-none-elf",
                                            vector_bits = 256 : i64, fma = false)");
  auto program = buildProgram(*module, false);
  ASSERT_TRUE(mlir::succeeded(program));
  EXPECT_EQ(emitAssembly(*program).text.find("vfmadd"), std::string::npos);
}
