// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/InterleaveLoads.h"
#include "compiler/emit/LoopCode.h"
#include "tests/unit/emit/ReductionLoop.h"
#include "tests/unit/emit/RunOnKernel.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ValueSymbolTable.h"

using namespace llvm;
using namespace mncc;

namespace {

/// A loop of `turns` that adds a product of two vectors to a sum, and does `extra`.
std::string writeLoop(StringRef turns, StringRef extra = "") {
  return "declare <4 x float> @llvm.fma.v4f32(<4 x float>, <4 x float>, <4 x float>)\n"
         "define <4 x float> @kernel(ptr noalias readonly %from, ptr noalias %to, i64 %count) {\nentry:\n  br label "
         "%loop\nloop:\n  %i = phi i64 [0, %entry], [%next, %loop]\n"
         "  %sum = phi <4 x float> [zeroinitializer, %entry], [%result, %loop]\n"
         "  %p = getelementptr inbounds [8 x float], ptr %from, i64 %i\n  %a = load <4 x float>, ptr %p, align 16\n"
         "  %q = getelementptr inbounds i8, ptr %p, i64 16\n  %b = load <4 x float>, ptr %q, align 16\n"
         "  %result = call <4 x float> @llvm.fma.v4f32(<4 x float> %a, <4 x float> %b, <4 x float> %sum)\n" +
         extra.str() + "  %next = add nuw nsw i64 %i, 1\n  %done = icmp eq i64 %next, " + turns.str() +
         "\n  br i1 %done, label %exit, label %loop\nexit:\n  ret <4 x float> %result\n}\n";
}

struct Counts {
  unsigned blocks = 0, plainLoads = 0, wideLoads = 0;
  bool keepsOrder = false;
  bool operator==(const Counts &) const = default;
};

Counts countLoads(const Function &kernel) {
  Counts counts{.blocks = static_cast<unsigned>(kernel.size()),
                .keepsOrder = kernel.hasFnAttribute(kKeepEachInstruction)};
  for (const Instruction &instruction : instructions(kernel)) {
    counts.plainLoads += isa<LoadInst>(instruction);
    if (auto *call = dyn_cast<CallInst>(&instruction))
      counts.wideLoads += call->isInlineAsm() && call->getType()->isStructTy();
  }
  return counts;
}

Counts interleave(const std::string &text, unsigned loadRegisters = 1) {
  return runOnKernel(text, InterleaveLoadsPass({.loadsAhead = 8}, loadRegisters), countLoads);
}

/// How many pointers the loop moves on, where its loads are `offsets` bytes from each other.
unsigned countPointers(ArrayRef<int> offsets) {
  auto count = [](const Function &kernel) {
    for (const BasicBlock &block : kernel)
      if (block.getName() == "loop")
        return count_if(block.phis(), [](const PHINode &phi) { return phi.getType()->isPointerTy(); });
    return std::ptrdiff_t(0);
  };
  // Without loads ahead, both are of the same turn.
  return runOnKernel(writeReduction(offsets), InterleaveLoadsPass(Pace(), 1), count);
}

} // namespace

TEST(InterleaveLoads, TheLastTurnStandsBehindTheLoop) {
  // The loads of the first turn stand in front, those of the others in the turn before.
  EXPECT_EQ(interleave(writeLoop("8")), (Counts{.blocks = 4, .plainLoads = 4, .keepsOrder = true}));
}

TEST(InterleaveLoads, ACountThatIsNotKnownMayBeOne) {
  EXPECT_EQ(interleave(writeLoop("%count")), (Counts{.blocks = 4, .plainLoads = 4, .keepsOrder = true}));
}

TEST(InterleaveLoads, NeighboursBecomeOneLoad) {
  EXPECT_EQ(interleave(writeLoop("8"), 4), (Counts{.blocks = 4, .wideLoads = 2, .keepsOrder = true}));
}

TEST(InterleaveLoads, WhichNeighboursAreJoinedIsWhatTakesTheFewestCycles) {
  auto join = [](ArrayRef<int> offsets) {
    return runOnKernel(writeReduction(offsets), InterleaveLoadsPass(Pace(), 4), countLoads);
  };
  // Any two or more, only four, and none.
  EXPECT_EQ(join({0, 16}), (Counts{.blocks = 4, .wideLoads = 2, .keepsOrder = true}));
  EXPECT_EQ(join({0, 16, 128, 144, 160, 176}),
            (Counts{.blocks = 4, .plainLoads = 4, .wideLoads = 2, .keepsOrder = true}));
  EXPECT_EQ(join({0, 16, 32, 48}), (Counts{.blocks = 4, .plainLoads = 8, .keepsOrder = true}));
}

TEST(InterleaveLoads, FourSmallTurnsBecomeTwo) {
  // Eight loads of two turns stand in front and in the loop; the last turn has none.
  EXPECT_EQ(interleave(writeLoop("4")), (Counts{.blocks = 4, .plainLoads = 8, .keepsOrder = true}));
}

TEST(InterleaveLoads, LoopsThatStoreAreLeftAlone) {
  EXPECT_EQ(interleave(writeLoop("8", "  store <4 x float> %result, ptr %to, align 16\n")),
            (Counts{.blocks = 3, .plainLoads = 2}));
}

TEST(InterleaveLoads, LoopsWithOtherArithmeticAreLeftAlone) {
  EXPECT_EQ(interleave(writeLoop("8", "  %c = fadd <4 x float> %a, %b\n  store <4 x float> %c, ptr %to\n")),
            (Counts{.blocks = 3, .plainLoads = 2}));
}

TEST(InterleaveLoads, ALoopThatIsRefusedKeepsARepeatedLoad) {
  auto countUses = [](const Function &kernel) { return kernel.getValueSymbolTable()->lookup("v1")->getNumUses(); };
  std::string text = writeReduction({0, 0}, "  store <4 x float> %s1, ptr %to\n");
  EXPECT_EQ(runOnKernel(text, InterleaveLoadsPass({.loadsAhead = 8}, 1), countUses), 2u);
}

TEST(InterleaveLoads, ARepeatedLoadIsWrittenOnce) {
  EXPECT_EQ(interleave(writeReduction({0, 0})), (Counts{.blocks = 4, .plainLoads = 2, .keepsOrder = true}));
}

TEST(InterleaveLoads, LoadsWithinReachShareAPointer) {
  // 4095 vectors are the furthest that a load holds, and a turn of 256 bytes comes on top.
  EXPECT_EQ(countPointers({0, 16 * 4095 - 256}), 1u);
  EXPECT_EQ(countPointers({0, 16 * 4096 - 256}), 2u);
  // In front of the pointer, and between vectors, a load holds few.
  EXPECT_EQ(countPointers({256, 0}), 1u);
  EXPECT_EQ(countPointers({272, 0}), 2u);
  EXPECT_EQ(countPointers({0, 8}), 2u);
}
