// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/PairedWeights.h"

#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/IntegerArithmetic.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static constexpr unsigned kWordBits = 16;

PairedWeights::PairedWeights(KernelBuilder &b, const mn::Window &rows, const mn::Window &columns)
    : b(b), rows(rows), columns(columns) {}

Value PairedWeights::loadTap(const Buffer &filter, Value channel, int64_t ky, int64_t kx) const {
  VectorType type = getIntegerVector(b, lanes, kWordBits);
  if (ky >= rows.kernel)
    return splatInteger(b, 0, type);
  Value start = b.mul(channel, rows.kernel * columns.kernel);
  Value tap = loadIntegers(b, filter, b.add(start, (ky * columns.kernel + kx) * lanes), lanes);
  return extendToWords(b, tap);
}

void PairedWeights::unpack(const Buffer &filter, Value channel, int64_t lanesOfTurn) {
  lanes = lanesOfTurn;
  if (!words)
    words.emplace(b, llvm::divideCeil(rows.kernel, kPairRows) * columns.kernel * b.getLanes());
  int64_t place = 0;
  for (int64_t ky = 0; ky < rows.kernel; ky += kPairRows)
    for (int64_t kx = 0; kx < columns.kernel; ++kx, ++place) {
      Value pair =
          vector::InterleaveOp::create(b, loadTap(filter, channel, ky, kx), loadTap(filter, channel, ky + 1, kx));
      words->set(vector::BitCastOp::create(b, getIntegerVector(b, lanes), pair), b.index(place * lanes));
    }
}

Value PairedWeights::address() { return hide(b, words->address()); }

Value PairedWeights::load(Value address, int64_t place) const {
  return loadFromMemory(b, b.add(address, place * lanes * kFrameWordBytes),
                        getIntegerVector(b, kPairRows * lanes, kWordBits));
}
