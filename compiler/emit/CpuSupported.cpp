// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/CpuSupported.h"

#include "compiler/emit/CpuFeatures.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"

using namespace mncc;

/// `true` where all bits of `mask` are set in `value`.
static llvm::Value *hasBits(llvm::IRBuilder<> &b, llvm::Value *value, uint64_t mask) {
  llvm::Value *bits = llvm::ConstantInt::get(value->getType(), mask);
  return b.CreateICmpEQ(b.CreateAnd(value, bits), bits);
}

static llvm::Value *callCpuid(llvm::IRBuilder<> &b, uint32_t leaf, uint32_t subleaf) {
  llvm::Type *word = b.getInt32Ty();
  auto *words = llvm::StructType::get(word, word, word, word);
  auto *type = llvm::FunctionType::get(words, {word, word}, false);
  auto *assembly = llvm::InlineAsm::get(type, "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}",
                                        /*hasSideEffects=*/true);
  return b.CreateCall(type, assembly, {b.getInt32(leaf), b.getInt32(subleaf)});
}

/// The features that the operating system saves: XCR0's low word.
static llvm::Value *callXgetbv(llvm::IRBuilder<> &b) {
  llvm::Type *word = b.getInt32Ty();
  auto *type = llvm::FunctionType::get(llvm::StructType::get(word, word), {word}, false);
  auto *assembly = llvm::InlineAsm::get(type, "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}", true);
  return b.CreateExtractValue(b.CreateCall(type, assembly, {b.getInt32(0)}), 0);
}

/// Leaves the function with 0 unless `condition`; goes on behind.
static void require(llvm::IRBuilder<> &b, llvm::Value *condition) {
  llvm::Function *function = b.GetInsertBlock()->getParent();
  auto *no = llvm::BasicBlock::Create(b.getContext(), "", function);
  auto *yes = llvm::BasicBlock::Create(b.getContext(), "", function);
  b.CreateCondBr(condition, yes, no);
  b.SetInsertPoint(no);
  b.CreateRet(b.getInt32(0));
  b.SetInsertPoint(yes);
}

static void buildX86(llvm::IRBuilder<> &b, const X86Requirements &requirements) {
  for (const CpuidWords &wanted : requirements.words) {
    // An unknown leaf gives the words of another one.
    llvm::Value *largest = b.CreateExtractValue(callCpuid(b, wanted.leaf & 0x80000000, 0), 0);
    require(b, b.CreateICmpUGE(largest, b.getInt32(wanted.leaf)));
    llvm::Value *found = callCpuid(b, wanted.leaf, wanted.subleaf);
    for (unsigned word = 0; word < 4; ++word)
      if (wanted.words[word] != 0)
        require(b, hasBits(b, b.CreateExtractValue(found, word), wanted.words[word]));
  }
  if (requirements.savedState != 0)
    require(b, hasBits(b, callXgetbv(b), requirements.savedState));
}

static void buildAArch64(llvm::IRBuilder<> &b, llvm::ArrayRef<IdField> fields) {
  auto *type = llvm::FunctionType::get(b.getInt64Ty(), false);
  for (const IdField &field : fields) {
    auto *assembly = llvm::InlineAsm::get(type, ("mrs $0, " + llvm::Twine(field.idRegister)).str(), "=r", true);
    llvm::Value *bits = b.CreateLShr(b.CreateCall(type, assembly), field.shift);
    require(b, b.CreateICmpUGE(b.CreateAnd(bits, 15), b.getInt64(field.least)));
  }
}

void mncc::buildCpuSupported(llvm::Module &module, llvm::StringRef name, const llvm::TargetMachine &machine) {
  llvm::IRBuilder<> b(module.getContext());
  auto *function = llvm::Function::Create(llvm::FunctionType::get(b.getInt32Ty(), false),
                                          llvm::GlobalValue::ExternalLinkage, name + "_cpu_supported", module);
  bool isX86 = machine.getTargetTriple().isX86();
  function->addFnAttr("target-cpu", isX86 ? "x86-64" : "generic");
  function->addFnAttr("no-builtins");
  function->addFnAttr("no-realign-stack");
  function->addFnAttr(llvm::Attribute::NoUnwind);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", function));
  if (isX86)
    buildX86(b, getX86Requirements(machine));
  else
    buildAArch64(b, getAArch64Requirements(machine));
  b.CreateRet(b.getInt32(1));
}
