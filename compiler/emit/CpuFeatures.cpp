// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/CpuFeatures.h"

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

X86Requirements mncc::getX86Requirements(const llvm::TargetMachine &machine) {
  std::map<std::pair<uint32_t, uint32_t>, std::array<uint32_t, 4>> masks;
  for (const CpuidBit &bit : kCpuidBits)
    if (uses(machine, bit.feature))
      masks[{bit.leaf, bit.subleaf}][bit.word] |= 1u << bit.bit;
  bool usesAvx = uses(machine, "avx");
  if (usesAvx)
    masks[{1, 0}][2] |= 1u << 27; // osxsave: XGETBV exists
  X86Requirements requirements{{}, 0};
  for (const auto &[leaf, words] : masks)
    requirements.words.push_back({leaf.first, leaf.second, words});
  if (usesAvx)
    requirements.savedState = uses(machine, "avx512f") ? 0xe6 : 0x06;
  return requirements;
}

std::vector<IdField> mncc::getAArch64Requirements(const llvm::TargetMachine &machine) {
  std::vector<IdField> fields;
  for (const IdField &field : kIdFields)
    if (uses(machine, field.feature))
      fields.push_back(field);
  return fields;
}
