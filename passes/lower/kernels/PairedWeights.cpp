// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/PairedWeights.h"

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

int64_t PairedWeights::placeOf(int64_t row, int64_t pair, int64_t kx, int64_t vector) const {
  return (((row * pairs + pair) * columns.kernel + kx) * vectors + vector) * lanes;
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

void PairedWeights::unpack(const Buffer &filter, Value channel, int64_t lanesOfSums) {
  lanes = lanesOfSums;
  int64_t tall = b.getSchedule().getRows();
  if (!words)
    words.emplace(b, tall * pairs * columns.kernel * vectors * b.getLanes());
  Value zeros = splatInteger(b, 0, getIntegerVector(b, vectors * lanes, 16));
  for (int64_t kx = 0; kx < columns.kernel; ++kx) {
    SmallVector<Value> weights = loadColumn(filter, channel, kx);
    for (int64_t row = 0; row < tall; ++row)
      for (int64_t pair = 0; pair < pairs; ++pair) {
        auto under = [&](int64_t inputRow) {
          int64_t ky = inputRow - row * rows.stride;
          return ky >= 0 && ky < rows.kernel ? weights[ky] : zeros;
        };
        for (auto [vector, value] :
             llvm::enumerate(unpackPair(b, under(pair * kPairRows), under(pair * kPairRows + 1))))
          words->set(vector::BitCastOp::create(b, getIntegerVector(b, lanes), value),
                     b.index(placeOf(row, pair, kx, static_cast<int64_t>(vector))));
      }
  }
}

Value PairedWeights::address() { return hide(b, words->address()); }

Value PairedWeights::load(Value address, int64_t row, int64_t pair, int64_t kx, int64_t vector) const {
  constexpr int64_t kWordBytes = 4;
  return loadFromMemory(b, b.add(address, placeOf(row, pair, kx, vector) * kWordBytes),
                        getIntegerVector(b, kPairRows * lanes, 16));
}
