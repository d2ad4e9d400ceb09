// SPDX-License-Identifier: Apache-2.0
// The standalone C++ file: the same kernels, in the same order, to the same bits as the object.
#ifndef MNCC_COMPILER_EMIT_CPP_CPP_H
#define MNCC_COMPILER_EMIT_CPP_CPP_H

#include "compiler/emit/Interface.h"
#include "compiler/emit/Llvm.h"

namespace mncc {

/// Prints `NAME.cpp` for `lowered`, a module at the end of the stage "lower", which stays as it is. It defines what
/// NAME.h declares and needs C++17 and NAME.h only; weights above 4 MB stand in files of their own, unless
/// `inlineWeights`. `source` is the description's file for the banner. Fails after reporting to the module's context.
mlir::FailureOr<PrintedText> emitCpp(mlir::ModuleOp lowered, const ModelInterface &model, llvm::StringRef source,
                                     bool inlineWeights);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPP_CPP_H
