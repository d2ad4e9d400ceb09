// SPDX-License-Identifier: Apache-2.0
// Floats of 16 bits: `f16` is IEEE 754's binary16, `bf16` the upper half of a binary32.
#ifndef MNCC_DIALECTS_MN_NARROWFLOAT_H
#define MNCC_DIALECTS_MN_NARROWFLOAT_H

#include "mlir/IR/BuiltinTypes.h"

namespace mncc::mn {

/// `value` rounded to nearest, ties to even, in `type` (f16 or bf16), as its bits. What is too large becomes infinite.
uint16_t narrowFloat(float value, mlir::Type type);
/// The value of the finite `bits` of `type` (f16 or bf16): exact.
float widenFloat(uint16_t bits, mlir::Type type);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_NARROWFLOAT_H
