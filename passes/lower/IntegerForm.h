// SPDX-License-Identifier: Apache-2.0
// How the rows of the target table multiply integers of 8 bits.
#ifndef MNCC_PASSES_LOWER_INTEGERFORM_H
#define MNCC_PASSES_LOWER_INTEGERFORM_H

#include "dialects/mn/Mn.h"

namespace mncc::lower {

/// One instruction of a row, or of what LLVM makes of plain arithmetic: adds `group` products to each sum of i32.
struct IntegerForm {
  enum class Product { Widened, Pairs, UnsignedQuads, SignedQuads, Matrices, Sixteens };
  Product product;
  /// Neighbouring input channels whose products go to one sum.
  int64_t group;
  /// True where tensors between layers are stored as ui8, else as i8.
  bool isUnsigned;
  /// Pairs: true where the inputs of a whole tile are widened before they are multiplied, instead of each group when it
  /// is.
  bool widensFirst = false;

  /// True where one instruction adds four products.
  bool takesQuads() const { return product == Product::UnsignedQuads || product == Product::SignedQuads; }

  /// True where one instruction adds two products, of words.
  bool takesPairs() const { return product == Product::Pairs; }

  /// True where sums are partial until the end, and groups fill the registers of AArch64: instructions multiply
  /// matrices of eight channels of two pixels and two outputs, or eight channels of one output lane by lane.
  bool takesSixteens() const { return product == Product::Matrices || product == Product::Sixteens; }

  /// Where weight `element` of the group of lane `lane` stands in a vector of groups for `lanes` sums. Pairs are of
  /// every other channel: the even bytes of a word, then the odd ones. Matrices hold
  /// eight channels: the first half of all groups, then the second.
  int64_t placeInGroup(int64_t element, int64_t lane, int64_t lanes) const {
    if (product == Product::Matrices)
      return (element / 8 * lanes + lane) * 8 + element % 8;
    return takesPairs() ? (element % 2 * lanes + lane) * 2 + element / 2 : lane * group + element;
  }
};

/// The form of `target`'s row, from its column `int8_product`.
IntegerForm getIntegerForm(mn::TargetAttr target);

/// The form of `op` on the row of the module around it: that of the row, but for layers that do not load 16 channels of
/// a pixel at once, or have one pixel only, where matrices would be half empty. Layers of 1x1 whose channels fill
/// groups widen their inputs first, in a frame of bounded size.
IntegerForm getIntegerForm(mlir::Operation *op);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_INTEGERFORM_H
