// SPDX-License-Identifier: Apache-2.0
// What a processor must say of itself before it may run our code.
#ifndef MNCC_COMPILER_EMIT_CPUFEATURES_H
#define MNCC_COMPILER_EMIT_CPUFEATURES_H

#include "llvm/Target/TargetMachine.h"

#include <array>
#include <cstdint>
#include <vector>

namespace mncc {

/// The bits that must be set in what CPUID leaves in eax, ebx, ecx, edx for one leaf.
struct CpuidWords {
  uint32_t leaf, subleaf;
  std::array<uint32_t, 4> words;
};

struct X86Requirements {
  /// By leaf, ascending.
  std::vector<CpuidWords> words;
  /// The bits of XCR0 that must be set: registers that the operating system saves; 0 where XGETBV need not exist.
  uint32_t savedState;
};

/// A feature of AArch64 beyond ARMv8.0 and the least value of its field of four bits in an ID register.
struct IdField {
  const char *feature, *idRegister;
  unsigned shift, least;
};

/// What code for the processor and features of `machine`, which is for x86-64, may use.
X86Requirements getX86Requirements(const llvm::TargetMachine &machine);
/// As getX86Requirements(), for AArch64.
std::vector<IdField> getAArch64Requirements(const llvm::TargetMachine &machine);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPUFEATURES_H
