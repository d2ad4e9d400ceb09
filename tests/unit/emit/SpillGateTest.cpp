// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Llvm.h"
#include "tests/unit/emit/SmallModel.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <gtest/gtest.h>

using namespace mncc;
using namespace mncc::test;

TEST(SpillGate, SmallKernelsTakeTheFirstVariant) {
  auto context = makeContext();
  std::string columns = std::string(kX86Bare) +
                        R"(, unroll = 4 : i64, codegen = [{unroll = 4 : i64,
      tune_cpu = "znver4"}, {unroll = 1 : i64, tune_cpu = "x86-64-v4"}])";
  auto module = makeSmallModel(*context, columns);
  auto program = buildProgram(*module, false);
  ASSERT_TRUE(mlir::succeeded(program));
  for (const KernelCode &function : program->functions) {
    EXPECT_EQ(function.code.stackAccesses, 0u) << function.code.name;
    EXPECT_EQ(function.variant.tuneCpu, "znver4");
  }
  EXPECT_GE(program->stackBytes, 2 * 8) << "two return addresses";
  EXPECT_LT(program->stackBytes, 256);
}

TEST(SpillGate, VariantsScaleTheUnrolling) {
  auto context = makeContext();
  auto module = makeSmallModel(*context, std::string(kX86Bare) + ", unroll = 2 : i64");
  auto factors = [&] {
    std::vector<int64_t> found;
    module->walk([&](mlir::scf::ForOp loop) {
      if (auto factor = loop->getAttrOfType<mlir::IntegerAttr>("mn.unroll"))
        found.push_back(factor.getInt());
    });
    return found;
  };
  // Each kernel has one loop over input channels, by two; the loops over its
  // registers carry no number.
  ASSERT_EQ(factors(), (std::vector<int64_t>{2, 2}));
  applyUnroll(*module, {2, ""});
  EXPECT_EQ(factors(), (std::vector<int64_t>{2, 2}));
  applyUnroll(*module, {1, ""});
  EXPECT_EQ(factors(), (std::vector<int64_t>{1, 1}));
}

TEST(SpillGate, TheLastVariantsAreRolledAndReloadWeights) {
  auto context = makeContext();
  auto target = [&](const char *columns) {
    return llvm::cast<mn::TargetAttr>(
        mlir::parseAttribute(std::string("#mn.target<{cpu = \"x\", ") + columns + "}>", context.get()));
  };
  EXPECT_EQ(listVariants(target("unroll = 4 : i64"), false).size(), 3u);
  EXPECT_EQ(listVariants(target("unroll = 1 : i64"), false).size(), 2u);
  auto variants = listVariants(
      target(R"(codegen = [{unroll = 8 : i64, tune_cpu = "a"}, {unroll = 4 : i64, tune_cpu = "b"}])"), false);
  ASSERT_EQ(variants.size(), 4u);
  EXPECT_EQ(variants[2], (CodegenVariant{.unroll = 1, .tuneCpu = "a"}));
  EXPECT_EQ(variants[3], (CodegenVariant{.unroll = 8, .tuneCpu = "a", .reloadsWeights = true}));
}

TEST(SpillGate, AVariantMayBeForIntegersOrFloatsAlone) {
  auto context = makeContext();
  auto target = llvm::cast<mn::TargetAttr>(mlir::parseAttribute(
      "#mn.target<{codegen = [{unroll = 4 : i64, tune_cpu = \"a\", integers = false}, "
      "{unroll = 2 : i64, tune_cpu = \"b\", integers = true}, {unroll = 1 : i64, tune_cpu = \"c\"}]}>",
      context.get()));
  auto namesOf = [&](bool withIntegers) {
    std::string names;
    for (const CodegenVariant &variant : listVariants(target, withIntegers))
      names += variant.tuneCpu;
    return names;
  };
  EXPECT_EQ(namesOf(false), "aca");
  EXPECT_EQ(namesOf(true), "bcb");
}

TEST(SpillGate, AVariantMayKeepTheOrder) {
  auto context = makeContext();
  auto target = llvm::cast<mn::TargetAttr>(mlir::parseAttribute(
      "#mn.target<{codegen = [{unroll = 1 : i64, tune_cpu = \"a\"}, {unroll = 1 : i64, keep_order = true}]}>",
      context.get()));
  auto variants = listVariants(target, false);
  ASSERT_EQ(variants.size(), 3u);
  EXPECT_FALSE(variants[0].keepsOrder);
  EXPECT_TRUE(variants[1].keepsOrder);
}

/// A loop that holds `count` vectors from one turn to the next.
static std::unique_ptr<llvm::Module> makeLoop(llvm::LLVMContext &context, const llvm::TargetMachine &machine,
                                              int count) {
  std::string phis, sums, stores;
  for (int i = 0; i < count; ++i) {
    std::string n = std::to_string(i);
    phis += "%a" + n + " = phi <4 x float> [zeroinitializer, %entry], [%b" + n + ", %loop]\n";
    sums += "%b" + n + " = fadd <4 x float> %a" + n + ", %v\n";
    stores += "%p" + n + " = getelementptr <4 x float>, ptr %to, i64 " + n + "\nstore <4 x float> %b" + n + ", ptr %p" +
              n + ", align 4\n";
  }
  std::string ir = "define void @f(ptr %from, ptr %to) nounwind {\nentry:\nbr "
                   "label %loop\nloop:\n"
                   "%i = phi i64 [0, %entry], [%j, %loop]\n" +
                   phis +
                   "%p = getelementptr <4 x float>, ptr %from, i64 %i\n%v = "
                   "load <4 x float>, ptr %p, align 4\n" +
                   sums +
                   "%j = add i64 %i, 1\n%more = icmp ult i64 %j, 100\nbr i1 "
                   "%more, label %loop, label %end\nend:\n" +
                   stores + "ret void\n}\n";
  return parseIr(ir, context, machine);
}

TEST(SpillGate, SpillingFunctionsAreReplaced) {
  auto mlirContext = makeContext();
  auto location = mlir::UnknownLoc::get(mlirContext.get());
  auto machine = makeMachine(kX86Linux, location);
  llvm::LLVMContext context;
  // Sixteen registers do not hold twenty sums; eight they do. The second
  // variant is no better than the first.
  auto module = makeLoop(context, *machine, 20);
  std::vector<CodegenVariant> variants = {{4, ""}, {3, ""}, {2, ""}, {1, ""}};
  int compiled = 0;
  auto codes = inspectCode(*module, *machine, location);
  ASSERT_TRUE(mlir::succeeded(codes));
  auto functions = removeSpills(
      *module, *machine, *codes, variants,
      [&](const CodegenVariant &variant, const std::set<std::string> &kernels) {
        EXPECT_EQ(kernels, std::set<std::string>{"f"});
        ++compiled;
        return makeLoop(context, *machine, variant.unroll == 3 ? 20 : 8);
      },
      {}, location);
  ASSERT_TRUE(mlir::succeeded(functions));
  EXPECT_EQ(compiled, 2);
  ASSERT_EQ(functions->size(), 1u);
  EXPECT_EQ(functions->front().variant.unroll, 2);
  EXPECT_EQ(functions->front().code.stackAccesses, 0u);
  EXPECT_EQ(functions->front().code.bytes, inspectCode(*module, *machine, location)->front().bytes);
}

TEST(SpillGate, AVariantThatChangesNothingIsPassedOver) {
  auto mlirContext = makeContext();
  auto location = mlir::UnknownLoc::get(mlirContext.get());
  auto machine = makeMachine(kX86Linux, location);
  llvm::LLVMContext context;
  auto module = makeLoop(context, *machine, 20);
  // Unrolled in another way, and without joining loads of which none was joined; only the scheduling model is new.
  std::vector<CodegenVariant> variants = {{4, "a", 2}, {3, "a", 2}, {3, "a", 1}, {3, "b", 1}};
  std::vector<std::string> compiled;
  auto codes = inspectCode(*module, *machine, location);
  ASSERT_TRUE(mlir::succeeded(codes));
  auto functions = removeSpills(
      *module, *machine, *codes, variants,
      [&](const CodegenVariant &variant, const std::set<std::string> &) {
        compiled.push_back(variant.tuneCpu);
        return makeLoop(context, *machine, 20);
      },
      {"f"}, location);
  ASSERT_TRUE(mlir::succeeded(functions));
  EXPECT_EQ(compiled, std::vector<std::string>{"b"});
}

TEST(SpillGate, KernelsWithoutReductionsAreRolled) {
  auto context = makeContext();
  auto module = makeSmallModel(*context, std::string(kX86Bare) + ", unroll = 2 : i64");
  std::set<std::string> rolled = findRolled(*module), unrolled;
  module->walk([&](mlir::scf::ForOp loop) {
    if (loop->getAttrOfType<mlir::IntegerAttr>("mn.unroll"))
      unrolled.insert(loop->getParentOfType<mlir::func::FuncOp>().getName().str());
  });
  EXPECT_EQ(unrolled.size(), 2u);
  EXPECT_EQ(rolled.size() + unrolled.size(), llvm::range_size(module->getOps<mlir::func::FuncOp>()));
  for (const std::string &kernel : unrolled)
    EXPECT_FALSE(rolled.count(kernel)) << kernel;
}
