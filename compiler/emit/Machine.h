// SPDX-License-Identifier: Apache-2.0
// LLVM's back end for a row of the target table.
#ifndef MNCC_COMPILER_EMIT_MACHINE_H
#define MNCC_COMPILER_EMIT_MACHINE_H

#include "dialects/mn/Mn.h"

#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace mncc {

/// True where an operating system loads the program: its linkers expect
/// position-independent code, and its processors differ. False for bare metal.
bool isHosted(mn::TargetAttr target);

/// LLVM's name of the row's processor.
llvm::StringRef getLlvmCpu(mn::TargetAttr target);

/// Makes LLVM's back ends for x86-64 and AArch64 known; may be called again,
/// from any thread.
void initializeBackends();

/// The back end for `target`: -O3, one rounding only where the IR says fma, no
/// frame pointers, the small code model. `isPositionIndependent` adds what
/// hosted targets always get. Fails with an error at `location` for a triple or
/// a processor that LLVM does not know.
mlir::FailureOr<std::unique_ptr<llvm::TargetMachine>> createMachine(mn::TargetAttr target, bool isPositionIndependent,
                                                                    mlir::Location location);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_MACHINE_H
