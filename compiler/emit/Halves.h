// SPDX-License-Identifier: Apache-2.0
// Kernels are compiled one by one, so half of them can be compiled while the others are.
#ifndef MNCC_COMPILER_EMIT_HALVES_H
#define MNCC_COMPILER_EMIT_HALVES_H

#include "compiler/emit/MachineCode.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Module.h"

namespace mncc {

/// Optimises a module for a machine and returns what its code shows, or fails after an error. Called for two modules of
/// two contexts at once.
using CompileHalf =
    llvm::function_ref<mlir::FailureOr<std::vector<FunctionCode>>(llvm::Module &, llvm::TargetMachine &)>;

/// Compiles the functions of `module` by `compile`, half of them on a second thread, where LLVM has threads, for
/// `second`, a machine as `machine` is, and leaves them in `module` in their order. A function is with those that it
/// calls, but for `entry`, which calls all. Functions are all that `module` defines, and other modules may call them.
/// What is in which half depends on `module` alone. Returns the functions of both halves, or fails after an error.
mlir::FailureOr<std::vector<FunctionCode>> compileInHalves(llvm::Module &module, llvm::TargetMachine &machine,
                                                           llvm::TargetMachine &second, llvm::StringRef entry,
                                                           CompileHalf compile, mlir::Location location);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_HALVES_H
