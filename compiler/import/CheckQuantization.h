// SPDX-License-Identifier: Apache-2.0
// Do the integers of a network fit together?
#ifndef MNCC_COMPILER_IMPORT_CHECKQUANTIZATION_H
#define MNCC_COMPILER_IMPORT_CHECKQUANTIZATION_H

#include "compiler/import/Description.h"

namespace mncc {

/// Reports a zero point that is no value of its type.
llvm::LogicalResult checkZeroPoint(const TensorQuantization &quantization, Diagnostics &diagnostics);

/// Checks the quantization of all tensors of a checked graph: no layer but `quantize` and `dequantize` mixes integers
/// of two types, or with floats; those that only move integers keep their scale; softmax and sigmoid have the scale of
/// their range; what only layers on integers have stands on no other. Reports all that is wrong.
llvm::LogicalResult checkQuantization(const Description &description, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_CHECKQUANTIZATION_H
