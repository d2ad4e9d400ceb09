// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_FUSE_FILTERROUNDING_H
#define MNCC_PASSES_FUSE_FILTERROUNDING_H

#include "dialects/mn/Mn.h"

namespace mncc {

/// Gives `layer` its filter rounded to nearest, ties to even, in `format` (f16 or bf16). Reports an error where a value
/// is too large for it.
mlir::LogicalResult roundFilter(mn::WeightedOpInterface layer, mlir::FloatType format);

} // namespace mncc

#endif // MNCC_PASSES_FUSE_FILTERROUNDING_H
