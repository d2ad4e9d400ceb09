// SPDX-License-Identifier: Apache-2.0
// LLVM's own passes, as our kernels want them.
#ifndef MNCC_COMPILER_EMIT_OPTIMIZE_H
#define MNCC_COMPILER_EMIT_OPTIMIZE_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

namespace mncc {

/// How innermost loops load.
struct LoopLoads {
  /// Up to so many loads of consecutive registers become one instruction (AArch64's `ld1`).
  unsigned registers = 1;
  /// Where it has loads ahead of their use, loops are written in that order.
  Pace pace;
  /// Loops load again what LLVM took out of them.
  bool reloadsWeights = false;
  /// Each run of addresses that move on by a constant has a pointer of its own (WalkPointersPass).
  bool walksPointers = false;
};

/// Runs the -O3 pipeline on `module`. Unrolling and vectorisation are off:
/// schedules have decided both. No function of a C library is known, so none is
/// called. Then gives innermost loops their loads.
void optimize(llvm::Module &module, llvm::TargetMachine &machine, const LoopLoads &loads);

/// Writes machine code for a copy of `module` to `stream`. The caller has
/// checked that the back end can.
void writeMachineCode(const llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType type,
                      llvm::raw_pwrite_stream &stream);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_OPTIMIZE_H
