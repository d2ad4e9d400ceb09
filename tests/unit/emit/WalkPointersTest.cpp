// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/WalkPointers.h"
#include "tests/unit/emit/RunOnKernel.h"

#include "llvm/IR/InstIterator.h"

using namespace llvm;
using namespace mncc;

namespace {

/// A loop that copies vectors with `body`, which may use the turn `%i`.
std::string writeLoop(StringRef body) {
  return "define void @kernel(ptr noalias %from, ptr noalias %to) {\nentry:\n  br label %loop\nloop:\n"
         "  %i = phi i64 [0, %entry], [%next, %loop]\n" +
         body.str() +
         "  %next = add nuw nsw i64 %i, 1\n  %done = icmp eq i64 %next, 8\n  br i1 %done, label %exit, label %loop\n"
         "exit:\n  ret void\n}\n";
}

/// The pointers that walk, and where each access lies from its pointer.
std::string describe(const Function &kernel) {
  std::string text;
  for (const Instruction &instruction : instructions(kernel)) {
    if (auto *phi = dyn_cast<PHINode>(&instruction); phi && phi->getType()->isPointerTy())
      text += "pointer ";
    const Value *address = getLoadStorePointerOperand(&instruction);
    if (!address)
      continue;
    APInt offset(64, 0);
    const Value *base =
        address->stripAndAccumulateConstantOffsets(kernel.getDataLayout(), offset, /*AllowNonInbounds=*/true);
    text += (isa<LoadInst>(instruction) ? "load " : "store ");
    text += isa<PHINode>(base) ? std::to_string(offset.getSExtValue()) + " " : "elsewhere ";
  }
  return text;
}

std::string walk(StringRef body) { return runOnKernel(writeLoop(body), WalkPointersPass(), describe); }

} // namespace

TEST(WalkPointers, EachRunOfAddressesHasOnePointer) {
  EXPECT_EQ(walk("  %a = getelementptr [64 x float], ptr %from, i64 %i, i64 16\n  %v = load <4 x float>, ptr %a\n"
                 "  %b = getelementptr [64 x float], ptr %from, i64 %i, i64 4\n  %w = load <4 x float>, ptr %b\n"
                 "  %s = fadd <4 x float> %v, %w\n  %c = getelementptr [4 x float], ptr %to, i64 %i\n"
                 "  store <4 x float> %s, ptr %c\n"),
            "pointer pointer load 0 load -48 store 0 ");
}

TEST(WalkPointers, AddressesThatMoveUnevenlyStay) {
  EXPECT_EQ(walk("  %square = mul i64 %i, %i\n  %a = getelementptr float, ptr %from, i64 %square\n"
                 "  %v = load <4 x float>, ptr %a\n  store <4 x float> %v, ptr %to\n"),
            "load elsewhere store elsewhere ");
}
