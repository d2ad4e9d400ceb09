// SPDX-License-Identifier: Apache-2.0
// Which registers the loads of a loop fill. One `ld1` fills neighbours, and where all registers are in use LLVM's
// allocator, which hands them out one live range after the other, finds no four of them side by side.
#ifndef MNCC_COMPILER_EMIT_LOOPREGISTERS_H
#define MNCC_COMPILER_EMIT_LOOPREGISTERS_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/ADT/ArrayRef.h"

namespace mncc {

struct RegisterChoice {
  std::vector<LoopStep> steps;
  /// The first register of each load of several; empty where there is none, and LLVM chooses.
  std::vector<unsigned> first;
};

/// A turn of `steps` in which its loads of several have the last ones of `registers`, as far as sums and other loads
/// leave them free: no load overwrites what is still used, in this turn or the next. Where there is none, one choice
/// for each of these loads that comes closer to its use and makes one possible; no choice where none does.
std::vector<RegisterChoice> chooseLoadRegisters(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps,
                                                unsigned registers);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_LOOPREGISTERS_H
