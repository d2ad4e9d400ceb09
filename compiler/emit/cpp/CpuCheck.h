// SPDX-License-Identifier: Apache-2.0
// `NAME_cpu_supported()` of an emitted C++ file.
#ifndef MNCC_COMPILER_EMIT_CPP_CPUCHECK_H
#define MNCC_COMPILER_EMIT_CPP_CPUCHECK_H

#include "compiler/emit/Interface.h"

namespace mncc {

/// The function in C++, which asks what the object's asks (CpuSupported.h); empty where the target is not hosted.
/// Fails after reporting a target that LLVM does not know.
mlir::FailureOr<std::string> printCpuCheck(const ModelInterface &model, mlir::Location location);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPP_CPUCHECK_H
