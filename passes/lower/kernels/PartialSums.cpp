// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/PartialSums.h"

#include "dialects/mn/WeightResource.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <numeric>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static constexpr int64_t kLanes = 4, kRegisterBytes = 16;

/// True where some weight is -128, of which two products with -128 do not fit 16 bits together. Weights that are not
/// there have been complained of when they were packed.
static bool hasLowestWeight(mn::WeightedOpInterface op) {
  FailureOr<std::vector<int64_t>> weights = mn::readIntegers(op.getFilter());
  return failed(weights) || llvm::is_contained(*weights, -128);
}

PartialSums::PartialSums(KernelBuilder &b, mn::WeightedOpInterface op, int64_t pixels, int64_t vectors)
    : b(b), isByMatrices(getIntegerForm(op).product == IntegerForm::Product::Matrices),
      hasLowest(!isByMatrices && hasLowestWeight(op)), sumsInputs(op.getFilterZeroPoint() != 0), pixels(pixels),
      rows(isByMatrices ? (pixels + 1) / 2 : pixels), sumType(getIntegerVector(b, kLanes)),
      sums(b.accumulators("partial_sums", rows, (isByMatrices ? 2 : kLanes) * vectors, sumType)) {
  if (sumsInputs)
    inputSums = b.accumulators("input_sums", rows, 1, sumType);
}

void PartialSums::update(Value array, int64_t row, int64_t column, llvm::function_ref<Value(Value)> change) {
  Value at = b.index(row), in = b.index(column);
  b.set(change(b.get(array, at, in)), array, at, in);
}

void PartialSums::start(int64_t vector, Value bias) {
  Value zero = splatInteger(b, 0, sumType);
  SmallVector<Value> starts(kLanes, zero);
  if (isByMatrices)
    starts = {b.shuffle(bias, Value(), {0, 1, 0, 1}), b.shuffle(bias, Value(), {2, 3, 2, 3})};
  int64_t columns = starts.size();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column)
      b.set(starts[column], sums, b.index(row), b.index(vector * columns + column));
    if (sumsInputs)
      b.set(zero, inputSums, b.index(row), b.index(0));
  }
}

/// For matrices, the lower and the upper eight channels of two pixels side by side; an odd pixel stands beside itself.
SmallVector<Value> PartialSums::arrange(ArrayRef<Value> values) {
  if (!isByMatrices)
    return SmallVector<Value>(values);
  constexpr int64_t kHalf = kRegisterBytes / 2;
  SmallVector<Value> result;
  for (int64_t first = 0; first < pixels; first += 2)
    for (int64_t half : {int64_t(0), kHalf}) {
      SmallVector<int64_t> mask;
      for (int64_t side : {int64_t(0), kRegisterBytes})
        for (int64_t channel = 0; channel < kHalf; ++channel)
          mask.push_back(side + half + channel);
      result.push_back(b.shuffle(values[first], values[std::min(first + 1, pixels - 1)], mask));
    }
  return result;
}

/// Eight products of 16 bits each and their neighbours' sums; two products fit where no weight is -128.
Value PartialSums::multiplySixteen(Value input, Value weights, Value sum) {
  auto half = [&](Value value, int64_t first) {
    SmallVector<int64_t> lanes(kRegisterBytes / 2);
    std::iota(lanes.begin(), lanes.end(), first);
    return b.shuffle(value, Value(), lanes);
  };
  auto words = getIntegerVector(b, kRegisterBytes / 2, 16);
  auto product = [&](int64_t first) {
    return callIntrinsic(b, words, "llvm.aarch64.neon.smull.v8i16", {half(input, first), half(weights, first)});
  };
  auto addPairs = [&](Value sum, Value products) -> Value {
    return arith::AddIOp::create(b, sum, callIntrinsic(b, sumType, "llvm.aarch64.neon.saddlp.v4i32.v8i16", {products}));
  };
  Value low = product(0), high = product(kRegisterBytes / 2);
  if (hasLowest)
    return addPairs(addPairs(sum, low), high);
  return addPairs(sum, arith::AddIOp::create(b, low, high));
}

Value PartialSums::multiply(Value input, Value weights, Value sum) {
  return isByMatrices ? callIntrinsic(b, sumType, "llvm.aarch64.neon.smmla.v4i32.v16i8", {sum, input, weights})
                      : multiplySixteen(input, weights, sum);
}

void PartialSums::addProducts(ArrayRef<Value> inputs, int64_t vector, ReadWeights readWeights) {
  // Of matrices, two registers of weights belong to the lower channels and two to the upper ones.
  int64_t halves = isByMatrices ? 2 : 1, columns = kLanes / halves;
  for (int64_t quarter = 0; quarter < kLanes; ++quarter) {
    Value weights = readWeights(quarter);
    for (int64_t row = 0; row < rows; ++row)
      update(sums, row, vector * columns + quarter % columns,
             [&](Value sum) { return multiply(inputs[row * halves + quarter / columns], weights, sum); });
  }
}

void PartialSums::addInputs(ArrayRef<Value> inputs) {
  Value ones = splatInteger(b, 1, getIntegerVector(b, kRegisterBytes, 8));
  int64_t halves = isByMatrices ? 2 : 1;
  for (auto [index, input] : llvm::enumerate(inputs))
    update(inputSums, index / halves, 0, [&, input = input](Value sum) { return multiply(input, ones, sum); });
}

/// The sums of neighbours in `low`, then in `high`.
Value PartialSums::addAcross(Value low, Value high) {
  return callIntrinsic(b, sumType, "llvm.aarch64.neon.addp.v4i32", {low, high});
}

Value PartialSums::take(int64_t pixel, int64_t vector) {
  auto at = [&](int64_t row, int64_t column) { return b.get(sums, b.index(row), b.index(column)); };
  if (!isByMatrices) {
    int64_t first = kLanes * vector;
    return addAcross(addAcross(at(pixel, first), at(pixel, first + 1)),
                     addAcross(at(pixel, first + 2), at(pixel, first + 3)));
  }
  int64_t upper = pixel % 2 * 2;
  return b.shuffle(at(pixel / 2, 2 * vector), at(pixel / 2, 2 * vector + 1),
                   {upper, upper + 1, kLanes + upper, kLanes + upper + 1});
}

Value PartialSums::takeInputs(int64_t pixel) {
  Value sum = b.get(inputSums, b.index(isByMatrices ? pixel / 2 : pixel), b.index(0));
  if (!isByMatrices)
    return addAcross(addAcross(sum, sum), addAcross(sum, sum));
  int64_t lane = pixel % 2 * 2;
  return b.shuffle(sum, Value(), {lane, lane, lane, lane});
}
