// SPDX-License-Identifier: Apache-2.0
// The part of every layer's verifier that knows of integers.
#ifndef MNCC_DIALECTS_MN_MNQUANTIZATION_H
#define MNCC_DIALECTS_MN_MNQUANTIZATION_H

#include "dialects/mn/Mn.h"

namespace mncc::mn {

/// Checks the element types, scales and zero points of `op`, a layer whose tensors have been checked but for those.
/// Reports an error and fails where they do not fit.
mlir::LogicalResult verifyQuantization(mlir::Operation *op);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_MNQUANTIZATION_H
