// SPDX-License-Identifier: Apache-2.0
// The arithmetic of kernels on integers: bytes that become vectors of i32, products, and the way back.
#ifndef MNCC_PASSES_LOWER_KERNELS_INTEGERARITHMETIC_H
#define MNCC_PASSES_LOWER_KERNELS_INTEGERARITHMETIC_H

#include "passes/lower/IntegerPacking.h"
#include "passes/lower/Requantization.h"
#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// What LLVM's intrinsic `name` makes of `operands`.
mlir::Value callIntrinsic(KernelBuilder &b, mlir::Type type, const llvm::Twine &name, mlir::ValueRange operands);

/// The elements of `vector`.
int64_t countLanes(mlir::Value vector);
/// Whether the target is AArch64.
bool isArm(KernelBuilder &b);

/// A vector of `lanes` integers of `bits`.
mlir::VectorType getIntegerVector(KernelBuilder &b, int64_t lanes, unsigned bits = 32);
/// A splat of `value` in `type`, a vector of integers.
mlir::Value splatInteger(KernelBuilder &b, int64_t value, mlir::VectorType type);

/// `index`, of which LLVM knows nothing: what is loaded behind it is loaded here, and not kept in registers from one
/// use to the next.
mlir::Value hide(KernelBuilder &b, mlir::Value index);

/// `vector`, in a register of x86, that LLVM does not see through: it merges no shuffles of it with what comes before.
mlir::Value separate(KernelBuilder &b, mlir::Value vector);

/// Where `address` of `buffer` is in memory, in bytes.
mlir::Value addressInMemory(KernelBuilder &b, const Buffer &buffer, mlir::Value address);
/// Loads a vector of integers of `type` from `place` in memory, in bytes.
mlir::Value loadFromMemory(KernelBuilder &b, mlir::Value place, mlir::VectorType type);
/// Loads `lanes` integers of `buffer`'s type from the `first` on behind `place`, which is from addressInMemory(),
/// hidden or not.
mlir::Value loadFromMemory(KernelBuilder &b, const Buffer &buffer, mlir::Value place, int64_t first, int64_t lanes);

/// Loads `lanes` integers of `buffer`'s type at `address`.
mlir::Value loadIntegers(KernelBuilder &b, const Buffer &buffer, mlir::Value address, int64_t lanes);
/// A vector of i32 with the values of `integers`, of 8 or 16 bits, which have a sign or, where `isUnsigned`, none.
mlir::Value widen(KernelBuilder &b, mlir::Value integers, bool isUnsigned);
/// A vector of i16 with the values of `integers`, of 8 or 16 bits, which have a sign.
mlir::Value extendToWords(KernelBuilder &b, mlir::Value integers);
/// Whether the integers of `value`, a quantised tensor, have no sign.
bool isUnsigned(mlir::Value value);

/// Interleaves `low` and `high`, vectors of bytes, in units of `bytes` within each 128 bits: their lower halves, or the
/// `upper` ones; all of them where they have 64 bits.
mlir::Value unpackBytes(KernelBuilder &b, mlir::Value low, mlir::Value high, bool upper, int64_t bytes);

/// Stores the first `count` bytes of `bytes` (all of them by default) at `address`.
void storeBytes(KernelBuilder &b, mlir::Value bytes, const Buffer &buffer, mlir::Value address, int64_t count = 0);

/// Pairs of i16 multiplied and added, one pair a lane, on x86 in vectors of 4, 8 or 16 lanes.
mlir::Value multiplyPairs(KernelBuilder &b, mlir::Value values, mlir::Value weights);

/// `sum` with the products of `value` and `weight`, lane by lane: vectors of i32 of which each holds a value of at most
/// 9 bits and, where `isUnsigned`, `value` one of 8 without a sign.
mlir::Value multiplyAdd(KernelBuilder &b, mlir::Value value, mlir::Value weight, mlir::Value sum, bool isUnsigned);

/// `sum` with the products of the integers that `form`, one whose sums are whole, groups: `values`, of 8 bits, and
/// `weights`, of 8 or for pairs 16, have `form.group` of them for each lane of `sum`, weights in the order of
/// IntegerForm::placeInGroup().
mlir::Value multiplyGroups(KernelBuilder &b, const IntegerForm &form, mlir::Value values, mlir::Value weights,
                           mlir::Value sum);

/// What a sum is multiplied by, in vectors of i32, or of f32 bits where the rounding is Float.
struct RequantizationVectors {
  mlir::Value factor, rightShift, leftShift;
  /// Lines have the factors of odd lanes in even ones too, addends, and a headroom; what follows the product is in the
  /// order of findLineLane().
  RequantizationForm form = RequantizationForm::Stepwise;
  mlir::Value oddFactor = {}, addend = {};
  int headroom = 0;
};

/// The factors of `lanes` output channels from `channel` on, of the constants `words` packed as `shape` says.
RequantizationVectors loadFactors(KernelBuilder &b, const Buffer &words, const IntegerPackedShape &shape,
                                  mlir::Value channel, int64_t lanes);

/// `sum`, a vector of i32, on its RoundingLine, in the order of findLineLane().
mlir::Value takeLine(KernelBuilder &b, mlir::Value sum, const RequantizationVectors &factors);
/// The lanes of `value`, from takeLine(), in their own order.
mlir::Value orderLanes(KernelBuilder &b, mlir::Value value);

/// `sum`, a vector of i32, times its factor, rounded. `leftShift` may be null: no factor is 1 or more then. Words give
/// the bits of narrowTogether().
mlir::Value requantize(KernelBuilder &b, Rounding rounding, mlir::Value sum, const RequantizationVectors &factors);

/// `sum`, a vector of i32, times `quotient`, rounded.
mlir::Value requantize(KernelBuilder &b, Rounding rounding, mlir::Value sum, const ScaleQuotient &quotient);
/// As above where `rounding` is Double, with a multiplier that is known.
mlir::Value requantizeTwice(KernelBuilder &b, mlir::Value sum, mn::QuantizedMultiplier multiplier);

/// `sum`, a vector of i32, in float times `factor`, the bits of floats.
mlir::Value multiplyFactor(KernelBuilder &b, mlir::Value sum, mlir::Value factor);

/// The nearest integers of `value`, a vector of f32 within their range, halves to even.
mlir::Value roundToEven(KernelBuilder &b, mlir::Value value);

/// `value` + `zeroPoint`, kept within `range`, as bytes.
mlir::Value narrow(KernelBuilder &b, mlir::Value value, int64_t zeroPoint, mn::IntegerRange range);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_INTEGERARITHMETIC_H
