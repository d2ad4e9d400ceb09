// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/MachineCode.h"
#include "compiler/emit/SpillGate.h"
#include "tests/unit/emit/SmallModel.h"

#include "llvm/IR/LLVMContext.h"

#include <gtest/gtest.h>

using namespace mncc;
using namespace mncc::test;

/// Machine code of module-level assembly and IR, for a row.
static std::vector<FunctionCode> inspect(const char *columns, const std::string &ir) {
  auto context = makeContext();
  auto location = mlir::UnknownLoc::get(context.get());
  auto machine = makeMachine(columns, location);
  llvm::LLVMContext llvmContext;
  auto functions = inspectCode(*parseIr(ir, llvmContext, *machine), *machine, location);
  EXPECT_TRUE(mlir::succeeded(functions));
  return *functions;
}

/// `body` as the assembly of a function "f".
static FunctionCode inspectAssembly(const char *columns, std::initializer_list<const char *> body) {
  std::string ir = "module asm \".text\"\nmodule asm \".type f, "
                   "%function\"\nmodule asm \"f:\"\n";
  for (const char *line : body)
    ir += std::string("module asm \"") + line + "\"\n";
  ir += "module asm \".size f, . - f\"\n";
  return inspect(columns, ir).front();
}

TEST(MachineCode, MeasuresX86Frames) {
  FunctionCode code =
      inspectAssembly(kX86Linux, {"pushq %rbp", "pushq %rbx", "subq $200, %rsp", "testq %rdi, %rdi", "je 1f",
                                  "addq $200, %rsp", "popq %rbx", "popq %rbp", "ret", "1: pushq %rax", "popq %rax",
                                  "addq $200, %rsp", "popq %rbx", "popq %rbp", "ret"});
  EXPECT_EQ(code.frameBytes, 8 + 8 + 200 + 8);
  EXPECT_EQ(code.stackAccesses, 0u);
}

TEST(MachineCode, TheRedZoneCounts) {
  FunctionCode code = inspectAssembly(kX86Linux, {"pushq %rbx", "movq %rdi, -64(%rsp)", "movups -56(%rsp), %xmm0",
                                                  "movq %rdi, 8(%rsp)", "popq %rbx", "ret"});
  EXPECT_EQ(code.frameBytes, 8 + 64);
}

TEST(MachineCode, MeasuresAArch64Frames) {
  FunctionCode code =
      inspectAssembly(kArmBare, {"stp d9, d8, [sp, #-64]!", "str x30, [sp, #-16]!", "sub sp, sp, #0x20",
                                 "add sp, sp, #32", "ldr x30, [sp], #16", "ldp d9, d8, [sp], #64", "ret"});
  EXPECT_EQ(code.frameBytes, 64 + 16 + 32);
}

TEST(MachineCode, RealignedFramesHaveNoSize) {
  EXPECT_EQ(inspectAssembly(kX86Linux, {"andq $-64, %rsp", "ret"}).frameBytes, std::nullopt);
}

TEST(MachineCode, CountsStackAccessesOfInnermostLoopsOnly) {
  FunctionCode code = inspectAssembly(kX86Linux, {"subq $24, %rsp", "1: movq %rdi, (%rsp)", "2: movups 8(%rsp), %xmm0",
                                                  "movups (%rdi), %xmm1", "decq %rsi", "jne 2b", "decq %rdx", "jne 1b",
                                                  "movq (%rsp), %rdi", "addq $24, %rsp", "ret"});
  EXPECT_EQ(code.stackAccesses, 1u);
  code = inspectAssembly(kArmBare, {"sub sp, sp, #16", "1: ldr q0, [sp]", "str q0, [x0], #16", "str q0, [sp]",
                                    "subs x1, x1, #1", "b.ne 1b", "add sp, sp, #16", "ret"});
  EXPECT_EQ(code.stackAccesses, 2u);
}

TEST(MachineCode, AnArrayThatALoopWalksIsNoSpill) {
  FunctionCode code =
      inspectAssembly(kX86Linux, {"subq $264, %rsp", "1: movups 8(%rsp,%rsi), %xmm0", "addps 16(%rsp), %xmm0",
                                  "movups %xmm0, (%rdi,%rsi)", "addq $16, %rsi", "jne 1b", "addq $264, %rsp", "ret"});
  EXPECT_EQ(code.stackAccesses, 1u);
}

TEST(MachineCode, TellsWhereInnermostLoopsStart) {
  EXPECT_EQ(inspectAssembly(kArmBare, {"ret"}).loopAlign, 0u);
  FunctionCode code = inspectAssembly(kArmBare, {".p2align 6", "nop", "nop", "1: subs x1, x1, #1", "b.ne 1b", "ret"});
  EXPECT_EQ(code.loopAlign, 8u);
  code = inspectAssembly(kX86Linux, {".p2align 6", "1: nop", ".p2align 5", "2: decq %rsi", "jne 2b", ".p2align 6",
                                     "3: decq %rsi", "jne 3b", "decq %rdx", "jne 1b", "ret"});
  EXPECT_EQ(code.loopAlign, 32u) << "of the two that are innermost";
}

TEST(MachineCode, ALoopStartsAtItsFirstBlock) {
  // The header, to which the loop is entered, stands behind the block that jumps to it.
  FunctionCode code = inspectAssembly(
      kX86Linux, {".p2align 6", "jmp 2f", ".p2align 4", "1: addq $2, %rsi", "2: decq %rsi", "jne 1b", "ret"});
  EXPECT_EQ(code.loopAlign, 16u);
}

TEST(MachineCode, CountsCallsAndJumpsElsewhere) {
  EXPECT_EQ(inspectAssembly(kX86Linux, {"1: decq %rsi", "jne 1b", "ret"}).calls, 0u);
  EXPECT_EQ(inspectAssembly(kX86Linux, {"call f", "call *%rax", "ret"}).calls, 2u);
  EXPECT_EQ(inspectAssembly(kArmBare, {"bl f", "blr x0", "b f + 64"}).calls, 3u);
}

TEST(MachineCode, AgreesWithTheBackEnd) {
  // A buffer of 400 bytes that a call keeps alive: no red zone, so the frame
  // holds it.
  const char *ir = "declare void @use(ptr)\n"
                   "define void @f() nounwind noredzone { %buffer = alloca "
                   "[400 x i8], align 16\n"
                   "call void @use(ptr %buffer)\nret void }\n";
  EXPECT_EQ(inspect(kX86Bare, ir).front().frameBytes, 408);
  EXPECT_EQ(inspect(kArmBare, ir).front().frameBytes, 416);
}
