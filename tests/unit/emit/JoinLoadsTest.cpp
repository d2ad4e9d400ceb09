// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/JoinLoads.h"
#include "compiler/emit/LoopCode.h"
#include "tests/unit/emit/RunOnKernel.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsAArch64.h"

using namespace llvm;
using namespace mncc;

namespace {

/// A loop that adds up, in each turn, the vectors at `offsets` floats from a pointer that moves on by 16 floats.
std::string writeLoop(ArrayRef<int> offsets, StringRef extra = "") {
  std::string body, sum = "%sum";
  for (auto [index, offset] : enumerate(offsets)) {
    std::string n = std::to_string(index);
    body += "  %p" + n + " = getelementptr inbounds float, ptr %at, i64 " + std::to_string(offset) + "\n";
    body += "  %v" + n + " = load <4 x float>, ptr %p" + n + ", align 16\n";
    body += "  %s" + n + " = fadd <4 x float> " + sum + ", %v" + n + "\n";
    sum = "%s" + n;
  }
  return "define <4 x float> @kernel(ptr noalias readonly %from, ptr noalias %to) {\nentry:\n  br label %loop\nloop:\n"
         "  %i = phi i64 [0, %entry], [%next, %loop]\n"
         "  %sum = phi <4 x float> [zeroinitializer, %entry], [" +
         sum + ", %loop]\n  %at = getelementptr inbounds [16 x float], ptr %from, i64 %i\n" + body + extra.str() +
         "  %next = add nuw nsw i64 %i, 1\n  %done = icmp eq i64 %next, 8\n  br i1 %done, label %exit, label "
         "%loop\nexit:\n"
         "  ret <4 x float> " +
         sum + "\n}\n";
}

struct Counts {
  int fours = 0, twos = 0, plain = 0;
  bool keepsOrder = false;
  bool operator==(const Counts &) const = default;
};

Counts countLoads(const Function &kernel) {
  Counts counts;
  counts.keepsOrder = kernel.hasFnAttribute(kKeepOrder);
  for (const Instruction &instruction : instructions(kernel)) {
    counts.plain += isa<LoadInst>(instruction);
    if (auto *call = dyn_cast<IntrinsicInst>(&instruction)) {
      counts.fours += call->getIntrinsicID() == Intrinsic::aarch64_neon_ld1x4;
      counts.twos += call->getIntrinsicID() == Intrinsic::aarch64_neon_ld1x2;
    }
  }
  return counts;
}

/// Runs the pass, with loads of at most `registers`, on the function in `text`.
Counts joinLoads(const std::string &text, unsigned registers = 4) {
  return runOnKernel(text, JoinLoadsPass(registers), countLoads);
}

} // namespace

TEST(JoinLoads, FourInARowBecomeOne) {
  EXPECT_EQ(joinLoads(writeLoop({0, 4, 8, 12})), (Counts{.fours = 1, .keepsOrder = true}));
}

TEST(JoinLoads, IntegersAreJoinedToo) {
  std::string text = writeLoop({0, 4, 8, 12});
  for (auto [from, to] : {std::pair("float", "i32"), std::pair("fadd", "add")})
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;)
      text.replace(at, StringRef(from).size(), to);
  EXPECT_EQ(joinLoads(text), (Counts{.fours = 1, .keepsOrder = true}));
}

TEST(JoinLoads, TheRowSaysHowManyRegisters) {
  EXPECT_EQ(joinLoads(writeLoop({0, 4, 8, 12}), 2), (Counts{.twos = 2, .keepsOrder = true}));
}

TEST(JoinLoads, AGapStartsAnother) {
  EXPECT_EQ(joinLoads(writeLoop({0, 4, 12})), (Counts{.twos = 1, .plain = 1, .keepsOrder = true}));
}

TEST(JoinLoads, LoadsThatStandAloneAreLeftAlone) { EXPECT_EQ(joinLoads(writeLoop({0, 8})), (Counts{.plain = 2})); }

TEST(JoinLoads, NoLoadIsMovedOverAStore) {
  EXPECT_EQ(joinLoads(writeLoop({0, 4, 8, 12}, "  store <4 x float> %s0, ptr %to, align 16\n")), (Counts{.plain = 4}));
}
