// SPDX-License-Identifier: Apache-2.0
// Which registers the loads of a loop fill. One `ld1` fills neighbours, and where all registers are in use LLVM's
// allocator, which hands them out one live range after the other, finds no four of them side by side.
#ifndef MNCC_COMPILER_EMIT_LOOPREGISTERS_H
#define MNCC_COMPILER_EMIT_LOOPREGISTERS_H

#include "compiler/emit/LoopOrder.h"

#include "llvm/ADT/ArrayRef.h"

namespace mncc {

/// The first register of each load of several in a turn of `steps`, of the last ones of `registers`, as far as sums and
/// other loads leave them free: no load overwrites what is still used, in this turn or the next. None where no such
/// choice was found.
std::optional<std::vector<unsigned>> chooseLoadRegisters(const Reduction &reduction, llvm::ArrayRef<LoopStep> steps,
                                                         unsigned registers);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_LOOPREGISTERS_H
