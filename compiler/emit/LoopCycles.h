// SPDX-License-Identifier: Apache-2.0
// What a turn of a reduction takes on an in-order core, as far as its row says how it starts instructions.
#ifndef MNCC_COMPILER_EMIT_LOOPCYCLES_H
#define MNCC_COMPILER_EMIT_LOOPCYCLES_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/ADT/ArrayRef.h"

namespace mncc {

/// The cycles of one turn of `steps` that runs over and over. Each load has its address from one of `pointers`; all of
/// them are moved on, and the turns counted, where the step of arithmetic stands.
double countCycles(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps, llvm::ArrayRef<unsigned> pointers,
                   const Pace &pace);

/// `steps` with the step of arithmetic where a turn takes the least. Loads may come closer to their use for that, and
/// those of several registers also sooner where `registers` names the first of each: none of them is loaded while it is
/// in use. `registers` is empty where LLVM chooses them.
std::vector<LoopStep> placeArithmetic(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps,
                                      llvm::ArrayRef<unsigned> pointers, llvm::ArrayRef<unsigned> registers,
                                      const Pace &pace);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_LOOPCYCLES_H
