// SPDX-License-Identifier: Apache-2.0
// LLVM's own passes, as our kernels want them.
#ifndef MNCC_COMPILER_EMIT_OPTIMIZE_H
#define MNCC_COMPILER_EMIT_OPTIMIZE_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace mncc {

/// Runs the -O3 pipeline on `module`. Unrolling and vectorisation are off:
/// schedules have decided both. No function of a C library is known, so none is
/// called. Up to `loadRegisters` loads of consecutive registers become one instruction (AArch64's `ld1`). Where `pace`
/// has loads ahead of their use, innermost loops are written in that order.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned loadRegisters, const Pace &pace);

/// Writes machine code for a copy of `module` to `stream`. The caller has
/// checked that the back end can.
void writeMachineCode(const llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType type,
                      llvm::raw_pwrite_stream &stream);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_OPTIMIZE_H
