// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/PairedWeights.h"

#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/IntegerArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

SmallVector<Value> lower::unpackPair(KernelBuilder &b, Value low, Value high) {
  int64_t words = countLanes(low);
  auto bytes = getIntegerVector(b, 2 * words, 8);
  low = vector::BitCastOp::create(b, bytes, low), high = vector::BitCastOp::create(b, bytes, high);
  SmallVector<Value> result;
  for (bool isUpper : {false, true})
    result.push_back(
        vector::BitCastOp::create(b, getIntegerVector(b, words, 16), unpackBytes(b, low, high, isUpper, /*bytes=*/2)));
  return result;
}

/// Pairs start at even rows of a tile; of windows that move by odd steps some start at odd rows of it, as seen from
/// there.
PairedWeights::PairedWeights(KernelBuilder &b, const mn::Window &rows, const mn::Window &columns, int64_t vectors)
    : b(b), rows(rows), columns(columns), vectors(vectors) {
  assert(vectors == 2);
  bool hasOddSteps = rows.stride % kPairRows != 0 && b.getSchedule().getRows() > 1;
  for (int64_t ky = hasOddSteps ? -1 : 0; ky < rows.kernel; ky += hasOddSteps ? 1 : kPairRows)
    firstRows.push_back(ky);
}

int64_t PairedWeights::placeOf(int64_t ky, int64_t kx, int64_t vector) const {
  int64_t pair = llvm::find(firstRows, ky) - firstRows.begin();
  return ((pair * columns.kernel + kx) * vectors + vector) * lanes;
}

/// The weights of the taps of column `kx`, one vector of i16 each.
SmallVector<Value> PairedWeights::loadColumn(const Buffer &filter, Value channel, int64_t kx) const {
  constexpr unsigned kBits = 16;
  int64_t channels = vectors * lanes;
  VectorType type = getIntegerVector(b, channels, kBits);
  Value start = b.mul(channel, rows.kernel * columns.kernel);
  SmallVector<Value> weights;
  for (int64_t ky = 0; ky < rows.kernel; ++ky) {
    Value tap = loadIntegers(b, filter, b.add(start, (ky * columns.kernel + kx) * channels), channels);
    weights.push_back(tap.getType() == type ? tap : arith::ExtSIOp::create(b, type, tap).getResult());
  }
  return weights;
}

void PairedWeights::unpack(const Buffer &filter, Value channel, int64_t lanesOfTurn) {
  lanes = lanesOfTurn;
  if (!words)
    words.emplace(b, static_cast<int64_t>(firstRows.size()) * columns.kernel * vectors * b.getLanes());
  Value zeros = splatInteger(b, 0, getIntegerVector(b, vectors * lanes, 16));
  for (int64_t kx = 0; kx < columns.kernel; ++kx) {
    SmallVector<Value> weights = loadColumn(filter, channel, kx);
    auto at = [&](int64_t ky) { return ky >= 0 && ky < rows.kernel ? weights[ky] : zeros; };
    for (int64_t ky : firstRows)
      for (auto [vector, value] : llvm::enumerate(unpackPair(b, at(ky), at(ky + 1))))
        words->set(vector::BitCastOp::create(b, getIntegerVector(b, lanes), value),
                   b.index(placeOf(ky, kx, static_cast<int64_t>(vector))));
  }
}

Value PairedWeights::address() { return hide(b, words->address()); }

Value PairedWeights::load(Value address, int64_t ky, int64_t kx, int64_t vector) const {
  return loadFromMemory(b, b.add(address, placeOf(ky, kx, vector) * kFrameWordBytes),
                        getIntegerVector(b, kPairRows * lanes, 16));
}
