// SPDX-License-Identifier: Apache-2.0
// The bytes of NAME_weights, in the object or beside the text.
#ifndef MNCC_COMPILER_EMIT_WEIGHTS_H
#define MNCC_COMPILER_EMIT_WEIGHTS_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

#include <string>

namespace mncc {

/// Text with more bytes of weights than this keeps them in files of their own.
inline constexpr size_t kInlineWeightBytes = 4u << 20;

/// The packed weights of `lowered` ("mn.weights") as bytes, little-endian;
/// empty without weights. Fails with an error where the resource is not loaded
/// (an elided dump).
mlir::FailureOr<std::string> readPackedWeights(mlir::ModuleOp lowered);

/// Gives the constant `NAME_weights` of `module` its bytes and makes it private
/// to the module.
void defineWeights(llvm::Module &module, llvm::StringRef name, llvm::StringRef bytes);

/// `NAME_weights.S`: `NAME_weights` in its own read-only section, read from
/// `NAME_weights.bin`.
std::string printWeightsAssembly(llvm::StringRef name, size_t bytes);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_WEIGHTS_H
