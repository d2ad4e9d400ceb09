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

/// One constant with weights: its symbol and its bytes.
struct WeightSection {
  std::string symbol, bytes;
};

/// Bytes of all `sections`.
size_t countBytes(llvm::ArrayRef<WeightSection> sections);

/// Gives the constant of `module` that `section` names its bytes and makes it private to the module.
void defineWeights(llvm::Module &module, const WeightSection &section);

/// `NAME_weights.S`: each of `sections` in a read-only section of its own, read from `NAME_weights.bin`, which holds
/// them one after the other.
std::string printWeightsAssembly(llvm::StringRef name, llvm::ArrayRef<WeightSection> sections);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_WEIGHTS_H
