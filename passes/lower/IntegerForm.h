// SPDX-License-Identifier: Apache-2.0
// How the rows of the target table multiply integers of 8 bits.
#ifndef MNCC_PASSES_LOWER_INTEGERFORM_H
#define MNCC_PASSES_LOWER_INTEGERFORM_H

#include "dialects/mn/Mn.h"

namespace mncc::lower {

/// One instruction of a row, or of what LLVM makes of plain arithmetic: adds `group` products to each sum of i32.
struct IntegerForm {
  enum class Product { Widened, Pairs, UnsignedQuads, SignedQuads };
  Product product;
  /// Neighbouring input channels whose products go to one sum.
  int64_t group;
  /// Bits of a weight in memory: 16 where weights are widened when they are packed.
  int64_t weightBits;
  /// True where tensors between layers are stored as ui8, else as i8.
  bool isUnsigned;
};

/// The form of `target`'s row, from its column `int8_product`.
IntegerForm getIntegerForm(mn::TargetAttr target);

/// The form of the row of the module around `op`.
IntegerForm getIntegerForm(mlir::Operation *op);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_INTEGERFORM_H
