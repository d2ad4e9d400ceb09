// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/CpuSupported.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/MC/MCSubtargetInfo.h"

#include <map>

using namespace mncc;

namespace {

/// A feature of x86-64 by LLVM's name, and its bit in what CPUID leaves in eax,
/// ebx, ecx, edx (0 to 3).
struct CpuidBit {
  const char *feature;
  uint32_t leaf, subleaf;
  unsigned word, bit;
};

/// A feature of AArch64 beyond ARMv8.0 and the least value of its field of four
/// bits in an ID register.
struct IdField {
  const char *feature, *idRegister;
  unsigned shift, least;
};

} // namespace

// Intel SDM volume 2A, CPUID; AMD APM volume 3, appendix E.
static constexpr CpuidBit kCpuidBits[] = {
    {"sse3", 1, 0, 2, 0},          {"ssse3", 1, 0, 2, 9},         {"fma", 1, 0, 2, 12},
    {"sse4.1", 1, 0, 2, 19},       {"sse4.2", 1, 0, 2, 20},       {"movbe", 1, 0, 2, 22},
    {"popcnt", 1, 0, 2, 23},       {"avx", 1, 0, 2, 28},          {"f16c", 1, 0, 2, 29},
    {"bmi", 7, 0, 1, 3},           {"avx2", 7, 0, 1, 5},          {"bmi2", 7, 0, 1, 8},
    {"avx512f", 7, 0, 1, 16},      {"avx512dq", 7, 0, 1, 17},     {"avx512ifma", 7, 0, 1, 21},
    {"avx512cd", 7, 0, 1, 28},     {"avx512bw", 7, 0, 1, 30},     {"avx512vl", 7, 0, 1, 31},
    {"avx512vbmi", 7, 0, 2, 1},    {"avx512vbmi2", 7, 0, 2, 6},   {"gfni", 7, 0, 2, 8},
    {"avx512vnni", 7, 0, 2, 11},   {"avx512bitalg", 7, 0, 2, 12}, {"avx512vpopcntdq", 7, 0, 2, 14},
    {"avx512fp16", 7, 0, 3, 23},   {"avxvnni", 7, 1, 0, 4},       {"avx512bf16", 7, 1, 0, 5},
    {"lzcnt", 0x80000001, 0, 2, 5}};

// Arm ARM, D19.2: ID_AA64ISAR0_EL1, ID_AA64ISAR1_EL1, ID_AA64PFR0_EL1.
static constexpr IdField kIdFields[] = {{"lse", "ID_AA64ISAR0_EL1", 20, 2},     {"rdm", "ID_AA64ISAR0_EL1", 28, 1},
                                        {"dotprod", "ID_AA64ISAR0_EL1", 44, 1}, {"rcpc", "ID_AA64ISAR1_EL1", 20, 1},
                                        {"bf16", "ID_AA64ISAR1_EL1", 44, 1},    {"i8mm", "ID_AA64ISAR1_EL1", 52, 1},
                                        {"sve", "ID_AA64PFR0_EL1", 32, 1}};

static bool uses(const llvm::TargetMachine &machine, const char *feature) {
  return machine.getMCSubtargetInfo()->checkFeatures(("+" + llvm::Twine(feature)).str());
}

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

static void buildX86(llvm::IRBuilder<> &b, const llvm::TargetMachine &machine) {
  std::map<std::pair<uint32_t, uint32_t>, std::array<uint32_t, 4>> masks;
  for (const CpuidBit &bit : kCpuidBits)
    if (uses(machine, bit.feature))
      masks[{bit.leaf, bit.subleaf}][bit.word] |= 1u << bit.bit;
  if (uses(machine, "avx"))
    masks[{1, 0}][2] |= 1u << 27; // osxsave: XGETBV exists
  for (const auto &[leaf, words] : masks) {
    // An unknown leaf gives the words of another one.
    llvm::Value *largest = b.CreateExtractValue(callCpuid(b, leaf.first & 0x80000000, 0), 0);
    require(b, b.CreateICmpUGE(largest, b.getInt32(leaf.first)));
    llvm::Value *found = callCpuid(b, leaf.first, leaf.second);
    for (unsigned word = 0; word < 4; ++word)
      if (words[word] != 0)
        require(b, hasBits(b, b.CreateExtractValue(found, word), words[word]));
  }
  if (uses(machine, "avx"))
    require(b, hasBits(b, callXgetbv(b), uses(machine, "avx512f") ? 0xe6 : 0x06));
}

static void buildAArch64(llvm::IRBuilder<> &b, const llvm::TargetMachine &machine) {
  auto *type = llvm::FunctionType::get(b.getInt64Ty(), false);
  for (const IdField &field : kIdFields) {
    if (!uses(machine, field.feature))
      continue;
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
    buildX86(b, machine);
  else
    buildAArch64(b, machine);
  b.CreateRet(b.getInt32(1));
}
