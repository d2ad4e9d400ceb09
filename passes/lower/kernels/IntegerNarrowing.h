// SPDX-License-Identifier: Apache-2.0
// The sums of a layer become bytes, four vectors at a time.
#ifndef MNCC_PASSES_LOWER_KERNELS_INTEGERNARROWING_H
#define MNCC_PASSES_LOWER_KERNELS_INTEGERNARROWING_H

#include "passes/lower/kernels/IntegerArithmetic.h"

namespace mncc::lower {

/// How the sums of a layer become bytes, four vectors of sums at a time.
struct Narrowing {
  Rounding rounding;
  int64_t zeroPoint;
  mn::IntegerRange range;
  bool isUnsigned;
  /// True where what is narrowed fits 16 bits.
  bool hasWords;
  /// True where results have the order in which takeLine() leaves them, and are to have that of their sums.
  bool ordersResults;
};
/// That of `op`, a quantised layer with a filter whose constants are packed as `packed` says.
Narrowing getNarrowing(mn::WeightedOpInterface op, const IntegerPackedShape &packed);

/// `sum`, requantised, as narrowTogether() takes it: of Words only shifted, of lines as takeLine() has it.
mlir::Value requantize(KernelBuilder &b, const Narrowing &narrowing, mlir::Value sum,
                       const RequantizationVectors &factors);
/// Four vectors of i32 from requantize(), the zero point added and kept within their range, as bytes: one vector for
/// each of as many as `factors` has, 1, 2 or 4, which hold channels as findUnpacked() says. x86 packs all four at once
/// where bytes have no sign, and multiplies those of Words on the way; NEON narrows them where bytes have a sign.
llvm::SmallVector<mlir::Value> narrowTogether(KernelBuilder &b, const Narrowing &narrowing,
                                              llvm::ArrayRef<mlir::Value> sums,
                                              llvm::ArrayRef<RequantizationVectors> factors);

/// Four vectors of i32 and `zeroPoint`, kept within `range`, a range of bytes without a sign, as one vector of bytes,
/// by the instructions of x86: of each 128 bits in turn those of all four.
mlir::Value packQuarters(KernelBuilder &b, llvm::ArrayRef<mlir::Value> quarters, int64_t zeroPoint,
                         mn::IntegerRange range);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_INTEGERNARROWING_H
