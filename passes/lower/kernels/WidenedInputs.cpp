// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/WidenedInputs.h"

#include "passes/lower/kernels/IntegerArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static constexpr int64_t kGroup = 4, kPairs = 2;

WidenedInputs::WidenedInputs(KernelBuilder &b, const Buffer &input, int64_t pixels)
    : b(b), input(input), groups(input.shape.image.channels / kGroup), words(b, groups * kPairs * pixels) {}

Value WidenedInputs::placeOf(Value group, int64_t pair, int64_t pixel) {
  return b.add(group, (pixel * kPairs + pair) * groups);
}

/// Puts `bytes`, the groups from `group` on, in both pairs.
void WidenedInputs::split(Value bytes, Value group, int64_t pixel) {
  int64_t count = cast<VectorType>(bytes.getType()).getNumElements();
  VectorType halves = getIntegerVector(b, count / 2, 16), type = getIntegerVector(b, count / kGroup);
  Value all = vector::BitCastOp::create(b, halves, bytes);
  Value even = arith::AndIOp::create(b, all, splatInteger(b, 0xff, halves));
  Value odd = arith::ShRUIOp::create(b, all, splatInteger(b, 8, halves));
  words.set(vector::BitCastOp::create(b, type, even), placeOf(group, 0, pixel));
  words.set(vector::BitCastOp::create(b, type, odd), placeOf(group, 1, pixel));
}

void WidenedInputs::widen(Value address, int64_t pixels) {
  this->pixels = pixels;
  constexpr int64_t kMostBytes = 32;
  int64_t block = input.shape.block, size = std::gcd(block, kMostBytes), parts = block / size;
  b.loop(groups * kGroup / block, [&](Value index) {
    Value start = b.add(address, b.mul(index, input.shape.blockStride()));
    b.loop(parts, [&](Value part) {
      Value group = b.mul(b.add(b.mul(index, parts), part), size / kGroup);
      for (int64_t pixel = 0; pixel < pixels; ++pixel)
        split(loadIntegers(b, input, b.add(b.add(start, b.mul(part, size)), pixel * block), size), group, pixel);
    });
  });
}

/// One pair, repeated over a vector.
Value WidenedInputs::spread(Value group, int64_t pair, int64_t pixel) {
  Value word = vector::ExtractOp::create(b, words.get(placeOf(group, pair, pixel), 1), 0);
  return vector::BitCastOp::create(b, getIntegerVector(b, kPairs * b.getLanes(), 16),
                                   vector::BroadcastOp::create(b, getIntegerVector(b, b.getLanes()), word));
}

void WidenedInputs::multiply(ArrayRef<Value> weights, Value group, int64_t pair, Value sums) {
  for (int64_t pixel = 0; pixel < pixels; ++pixel) {
    Value values = spread(group, pair, pixel), row = b.index(pixel);
    for (auto [vector, weight] : llvm::enumerate(weights)) {
      Value product = multiplyPairs(b, values, weight), column = b.index(static_cast<int64_t>(vector));
      b.set(arith::AddIOp::create(b, b.get(sums, row, column), product), sums, row, column);
    }
  }
}

/// Weights of one pair, as words.
Value WidenedInputs::loadWeights(const Buffer &filter, Value address) {
  int64_t width = kPairs * b.getLanes();
  return extendToWords(b, loadIntegers(b, filter, address, width));
}

void WidenedInputs::addProducts(const Buffer &filter, Value weights, Value sums, int64_t vectors) {
  int64_t width = kPairs * b.getLanes();
  b.loop(groups, [&](Value group) {
    Value first = b.add(weights, b.mul(group, vectors * kPairs * width));
    for (int64_t pair = 0; pair < kPairs; ++pair) {
      SmallVector<Value> loaded;
      for (int64_t vector = 0; vector < vectors; ++vector)
        loaded.push_back(loadWeights(filter, b.add(first, (vector * kPairs + pair) * width)));
      multiply(loaded, group, pair, sums);
    }
  });
}
