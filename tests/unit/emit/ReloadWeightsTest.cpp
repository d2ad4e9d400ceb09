// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/ReloadWeights.h"
#include "tests/unit/emit/RunOnKernel.h"

#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace mncc;

namespace {

/// A loop of two blocks around another of `inner`, which may read `%w`, the vector at the start of `weights`.
std::string writeLoops(StringRef inner, StringRef weights = "ptr noalias readonly %weights") {
  return "define void @kernel(" + weights.str() +
         ", ptr noalias %to) {\nentry:\n  %w = load <4 x float>, ptr %weights, align 16\n  br label %outer\nouter:\n"
         "  %i = phi i64 [0, %entry], [%i1, %latch]\n  br label %inner\ninner:\n"
         "  %j = phi i64 [0, %outer], [%j1, %next]\n  %sum = phi <4 x float> [%w, %outer], [%more, %next]\n" +
         inner.str() +
         "latch:\n  %i1 = add i64 %i, 1\n  %all = icmp eq i64 %i1, 8\n  br i1 %all, label %exit, label %outer\n"
         "exit:\n  store <4 x float> %w, ptr %to, align 16\n  ret void\n}\n";
}

constexpr StringLiteral kTwoBlocks =
    "  %a = fadd <4 x float> %sum, %w\n  %b = fadd <4 x float> %a, %w\n"
    "  br label %next\nnext:\n  %more = fadd <4 x float> %b, %w\n  %j1 = add i64 %j, 1\n"
    "  %done = icmp eq i64 %j1, 8\n  br i1 %done, label %latch, label %inner\n";

/// The blocks that hold loads, in the order of the code.
std::string listBlocksWithLoads(const Function &kernel) {
  std::string blocks;
  for (const Instruction &instruction : instructions(kernel))
    if (isa<LoadInst>(instruction))
      blocks += instruction.getParent()->getName().str() + " ";
  return blocks;
}

std::string reload(const std::string &text) { return runOnKernel(text, ReloadWeightsPass(), listBlocksWithLoads); }

} // namespace

TEST(ReloadWeights, EachBlockOfAnInnermostLoopLoadsOnce) {
  EXPECT_EQ(reload(writeLoops(kTwoBlocks)), "entry inner next ");
}

TEST(ReloadWeights, APhiHasItsValueFromTheBlockBefore) {
  constexpr StringLiteral kStartsAgain =
      "  br label %next\nnext:\n  %more = phi <4 x float> [%w, %inner]\n  %j1 = add i64 %j, 1\n"
      "  %done = icmp eq i64 %j1, 8\n  br i1 %done, label %latch, label %inner\n";
  EXPECT_EQ(reload(writeLoops(kStartsAgain)), "entry inner ");
}

TEST(ReloadWeights, WhatMayBeWrittenStays) {
  EXPECT_EQ(reload(writeLoops(kTwoBlocks, "ptr %weights")), "entry ");
  EXPECT_EQ(reload(writeLoops(kTwoBlocks, "ptr readonly %weights")), "entry ");
}

TEST(ReloadWeights, ALoadThatNobodyNeedsAnyMoreGoes) {
  std::string text = writeLoops(kTwoBlocks);
  for (StringRef use : {"store <4 x float> %w", "[%w, %outer]"}) {
    size_t at = text.find(use);
    text.replace(text.find("%w", at), 2, "zeroinitializer");
  }
  EXPECT_EQ(reload(text), "inner next ");
}
