// SPDX-License-Identifier: Apache-2.0
// Real numbers, and the bytes of a tensor that stands for them.
#ifndef MNCC_COMPILER_COMMANDS_REALNUMBERS_H
#define MNCC_COMPILER_COMMANDS_REALNUMBERS_H

#include "mlir/IR/BuiltinTypes.h"

namespace mncc {

/// A tensor as it lies in memory, dense NHWC.
using TensorBytes = std::vector<std::byte>;

/// `values` as `type` holds them: floats, or integers, rounded half away from zero, that stand for them.
TensorBytes storeReals(llvm::ArrayRef<float> values, mlir::RankedTensorType type);
/// What `bytes` of `type`, of floats or of signed integers, stand for.
std::vector<float> loadReals(llvm::ArrayRef<std::byte> bytes, mlir::RankedTensorType type);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_REALNUMBERS_H
