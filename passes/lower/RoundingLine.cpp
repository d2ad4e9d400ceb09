// SPDX-License-Identifier: Apache-2.0
// Nested floors are one: floor((floor((x + 2^30) / 2^31) + 2^(n - 1)) / 2^n), two roundings of halves upwards, is
// floor((x + 2^30 + 2^(30 + n)) / 2^(31 + n)). Halves away from zero are that with the inner floor less 1 where it is
// negative: where x is, but for x = -2^30, of which nothing is left.
//
// So a result of q or more has x = sum * M of at least some X(q), an integer: the first such sum is X(q) / M, rounded
// up, which leaves sum * M - X(q) = r(q) from 0 to M - 1. A line whose products are all larger by `error` has the same
// first sums where r(q) + error is 0 or more for it, and less than M, which the sum before it lacks. With an upper half
// in units of 2^u the error is offset * M + addend * 2^u less what should be added: with offsets from 0 on it comes to
// be anything, and what is allowed is about M over the number of results wide.
#include "passes/lower/RoundingLine.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cassert>

using namespace mncc;
using namespace mncc::lower;

namespace {

/// The search for one line, in products of sums that are not shifted.
class LineSearch {
public:
  explicit LineSearch(const RoundedProduct &product);
  std::optional<RoundingLine> find() const;

private:
  /// What is added to products that lead to `result`, before the zero point, or more.
  int64_t addedFor(int64_t result) const {
    return added - (product.headroom > 0 && result <= 0 ? int64_t(1) << 31 : 0);
  }
  int64_t restOf(int64_t result) const {
    return llvm::mod<int64_t>(addedFor(result) - result * (unit % multiplier), multiplier);
  }
  /// The first sum of `result`, 0 or 1.
  int64_t findFirst(int64_t result) const { return (result * unit - addedFor(result) + restOf(result)) / multiplier; }
  std::optional<int64_t> findAddend(int64_t offset) const;

  const RoundedProduct &product;
  /// M, the products from one result to the next, and what is added to those that are not negative.
  int64_t multiplier, unit, added;
  /// Errors of lines that give the same, and offsets that leave the sign of sums that tell.
  int64_t leastError, mostError, leastOffset = -kMostLineOffset, mostOffset = kMostLineOffset;
};

} // namespace

LineSearch::LineSearch(const RoundedProduct &product)
    : product(product), multiplier(product.multiplier.value), unit(int64_t(1) << (31 - product.multiplier.shift)),
      added(unit / 2 + (product.twice ? int64_t(1) << 30 : 0)), leastError(-multiplier), mostError(multiplier - 1) {
  for (int64_t result = product.range.least + 1; result <= product.range.most; ++result) {
    int64_t rest = restOf(result - product.zeroPoint);
    leastError = std::max(leastError, -rest), mostError = std::min(mostError, multiplier - 1 - rest);
  }
  if (product.headroom > 0)
    leastOffset = std::max(leastOffset, -findFirst(1)), mostOffset = std::min(mostOffset, -findFirst(0));
}

/// The addend that keeps the error of a line with `offset` within its limits.
std::optional<int64_t> LineSearch::findAddend(int64_t offset) const {
  int bits = 32 - product.headroom;
  int64_t missing = added - offset * multiplier, whole = missing >> bits, rest = missing - (whole << bits);
  for (int64_t up : {0, 1})
    if (int64_t error = (up << bits) - rest; error >= leastError && error <= mostError)
      return whole + up;
  return std::nullopt;
}

std::optional<RoundingLine> LineSearch::find() const {
  int64_t zero = product.zeroPoint << product.shift(), farthest = std::max(-leastOffset, mostOffset);
  for (int64_t distance = 0; distance <= farthest; ++distance)
    for (int64_t offset : {distance, -distance})
      if (offset >= leastOffset && offset <= mostOffset)
        if (std::optional<int64_t> addend = findAddend(offset))
          return RoundingLine{static_cast<int32_t>(offset), static_cast<int32_t>(*addend + zero)};
  return std::nullopt;
}

std::optional<RoundingLine> lower::findRoundingLine(const RoundedProduct &product) {
  assert(product.multiplier.shift < 0 && product.multiplier.shift >= -kMostLineShift);
  if (product.multiplier.value == 0)
    return RoundingLine{0, static_cast<int32_t>(product.zeroPoint << product.shift())};
  return LineSearch(product).find();
}
