// SPDX-License-Identifier: Apache-2.0
// Several rows of the target table in one object.
#ifndef MNCC_COMPILER_EMIT_DISPATCH_H
#define MNCC_COMPILER_EMIT_DISPATCH_H

#include "compiler/emit/Llvm.h"

namespace mncc {

/// Joins `programs`, each with functions of its own name's prefix, under one `NAME_run`, which asks the variants'
/// `cpu_supported` in their order on each call and runs the first that may run, or returns NAME_UNSUPPORTED_CPU; and
/// one `NAME_cpu_supported`, which is 1 where any is. Variants with equal weights share them. `arguments` is the number
/// of `NAME_run`'s pointers. The rows are hosted; `programs` are used up. Fails with an internal error.
mlir::FailureOr<LlvmProgram> joinPrograms(std::vector<LlvmProgram> programs, llvm::StringRef name, size_t arguments);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_DISPATCH_H
