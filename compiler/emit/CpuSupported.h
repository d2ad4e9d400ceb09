// SPDX-License-Identifier: Apache-2.0
// NAME_cpu_supported(): may this processor run NAME_run?
#ifndef MNCC_COMPILER_EMIT_CPUSUPPORTED_H
#define MNCC_COMPILER_EMIT_CPUSUPPORTED_H

#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

namespace mncc {

/// Adds `int32_t NAME_cpu_supported(void)` to `module`: 1 where the processor
/// that runs it, and on x86-64 its operating system, have all that code for
/// `machine`'s processor and features may use; else 0. x86-64 asks CPUID and
/// XGETBV; AArch64 reads the ID registers, which Linux emulates since 4.11, and
/// only where a feature beyond ARMv8.0 is in use. Compiled for the oldest
/// processor of the architecture; calls nothing.
void buildCpuSupported(llvm::Module &module, llvm::StringRef name, const llvm::TargetMachine &machine);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPUSUPPORTED_H
