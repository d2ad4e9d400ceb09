// SPDX-License-Identifier: Apache-2.0
// Weights as resources of the IR: made once, found by content, never copied into a dense attribute.
#ifndef MNCC_DIALECTS_MN_WEIGHTRESOURCE_H
#define MNCC_DIALECTS_MN_WEIGHTRESOURCE_H

#include "dialects/mn/Mn.h"
#include "mlir/IR/Builders.h"

namespace mncc::mn {

/// Bytes of the elements of `type`.
int64_t countBytes(mlir::ShapedType type);

/// A constant of `shape` with the f32 `values` (row-major), kept as the resource
/// `<name>_<16 hex digits of the values' SHA-256>`; equal names and values share one resource. Characters of `name`
/// that an MLIR identifier does not take become `_`.
mlir::DenseResourceElementsAttr makeWeights(mlir::MLIRContext *context, llvm::StringRef name,
                                            llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values);

/// As makeWeights(), of any type: `bytes` are its elements in the order of memory.
mlir::DenseResourceElementsAttr makeWeights(llvm::StringRef name, mlir::RankedTensorType type,
                                            llvm::ArrayRef<char> bytes);

/// As makeWeights(), wrapped in an `mn.constant` at `location`.
ConstantOp createWeights(mlir::OpBuilder &builder, mlir::Location location, llvm::StringRef name,
                         llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<float> values);

/// The values behind `constant`, of its resource or of its `dense` attribute, copied out as f32: exact, whatever the
/// type they are stored in. Reports an error that names the resource and fails where the resource is not loaded (an
/// elided dump).
mlir::FailureOr<std::vector<float>> readWeights(ConstantOp constant);

/// As readWeights(ConstantOp) for the constant that defines `value`; fails with an error where something else does.
mlir::FailureOr<std::vector<float>> readWeights(mlir::Value value);

/// The integers behind `value`, which an `mn.constant` of i8 or i32 defines. Fails with an error as readWeights() does.
mlir::FailureOr<std::vector<int64_t>> readIntegers(mlir::Value value);

/// The resource key of `constant`, or an empty string for a `dense` value.
llvm::StringRef getWeightKey(ConstantOp constant);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_WEIGHTRESOURCE_H
