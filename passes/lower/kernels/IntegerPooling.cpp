// SPDX-License-Identifier: Apache-2.0
// Pools of integers, which keep the scale of their input.
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/WindowKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class IntegerPool : public WindowKernel {
public:
  IntegerPool(KernelBuilder &b, Operation *op, Buffers buffers)
      : WindowKernel(b, op, buffers.front(), buffers.back()), average(dyn_cast<mn::AveragePoolOp>(op)),
        type(getIntegerVector(b, b.getLanes())), element(getElementTypeOrSelf(op->getResult(0))) {
    resultType = type;
  }

private:
  Value loadInput(Value address) override {
    return widen(b, loadIntegers(b, input, address, b.getLanes()), element.isUnsignedInteger());
  }

  Value start(const Tile &, int64_t, const ColumnGroup &) override {
    return splatInteger(b, average ? 0 : mn::getElementRange(element).least, type);
  }

  Value combine(Value result, Value value, Value, Value, Value) override {
    if (average)
      return arith::AddIOp::create(b, result, value);
    return arith::MaxSIOp::create(b, result, value);
  }

  Value countTapsOf(const Tile &tile, int64_t row, const ColumnGroup &group) {
    int64_t across = group.endTap - group.firstTap;
    if (rows.borderBefore() == 0 && rows.borderAfter() == 0)
      return splatInteger(b, rows.kernel * across, type);
    Value taps = b.mul(countTaps(b, rows, b.add(tile.row, row)), across);
    return vector::BroadcastOp::create(b, type, arith::IndexCastOp::create(b, b.getI32Type(), taps));
  }

  /// The mean, halves away from the integer that was 0 before the type of the tensor changed.
  Value finish(const Tile &tile, int64_t row, const ColumnGroup &group, Value result, Value) override {
    mn::IntegerRange range = mn::getElementRange(element);
    if (!average)
      return narrow(b, result, 0, range);
    int64_t shift = static_cast<int64_t>(average.getStoredShift());
    Value taps = countTapsOf(tile, row, group), half = arith::ShRUIOp::create(b, taps, splatInteger(b, 1, type));
    if (shift != 0)
      result = arith::SubIOp::create(b, result, arith::MulIOp::create(b, taps, splatInteger(b, shift, type)));
    Value isNegative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, result, splatInteger(b, 0, type));
    Value nudge =
        arith::SelectOp::create(b, isNegative, arith::SubIOp::create(b, splatInteger(b, 0, type), half), half);
    Value mean = arith::DivSIOp::create(b, arith::AddIOp::create(b, result, nudge), taps);
    return narrow(b, mean, shift, range);
  }

  mn::AveragePoolOp average;
  VectorType type;
  Type element;
};

} // namespace

void lower::buildIntegerPool(KernelBuilder &b, Operation *op, Buffers buffers) { IntegerPool(b, op, buffers).build(); }

/// TFLite's multiplier over `count`: as far as 31 bits and a shift hold it (internal/reference/reduce.h, Mean).
static mn::QuantizedMultiplier divideMultiplier(mn::QuantizedMultiplier multiplier, int64_t count) {
  int shift = std::min({static_cast<int>(llvm::Log2_64(count)), 32, 31 + multiplier.shift});
  return {static_cast<int32_t>((static_cast<int64_t>(multiplier.value) << shift) / count), multiplier.shift - shift};
}

namespace {

/// The mean of all pixels of each channel, at the scale of the result.
class IntegerMean {
public:
  IntegerMean(KernelBuilder &b, mn::GlobalAveragePoolOp op, Buffers buffers)
      : b(b), op(op), input(buffers.front()), output(buffers.back()), lanes(b.getLanes()),
        type(getIntegerVector(b, lanes)) {}

  void build() {
    auto runs = cutEvenly((output.shape.image.channels + lanes - 1) / lanes, b.getSchedule().getPixels());
    int64_t total = countTurns(runs), done = 0;
    for (TileRun run : runs) {
      b.loopOverPart(mn::Split::Channels, done, run.count, total,
                     [&](Value tile) { average(b.add(b.mul(tile, run.size), run.first), run.size); });
      done += run.count;
    }
  }

private:
  void average(Value first, int64_t vectors) {
    Value zero = b.index(0), sums = b.accumulators("sums", vectors, 1, type);
    auto forEach = [&](KernelBuilder::Body body) { b.loop(vectors, body, Unroll::Full); };
    forEach([&](Value vector) { b.set(splatInteger(b, 0, type), sums, vector, zero); });
    b.loop(input.shape.image.pixels(), [&](Value pixel) {
      forEach([&](Value vector) {
        Value bytes = loadIntegers(b, input, b.vectorAddress(input.shape, b.add(first, vector), pixel), lanes);
        Value value = widen(b, bytes, isUnsigned(op.getInput()));
        b.set(arith::AddIOp::create(b, b.get(sums, vector, zero), value), sums, vector, zero);
      });
    });
    forEach([&](Value vector) {
      storeBytes(b, finish(b.get(sums, vector, zero)), output,
                 b.vectorAddress(output.shape, b.add(first, vector), zero));
    });
  }

  Value finish(Value sum) {
    mn::QuantizationAttr from = mn::getQuantization(op.getInput()), to = mn::getQuantization(op.getOutput());
    int64_t count = input.shape.image.pixels();
    Value value = arith::SubIOp::create(b, sum, splatInteger(b, count * from.getZeroPoint(), type));
    ScaleQuotient quotient = divideScales(from, to);
    Rounding rounding = getRounding(op);
    Value mean =
        rounding == Rounding::Double
            ? requantizeTwice(b, value, divideMultiplier(mn::quantizeMultiplier(quotient.real), count))
            : requantize(b, rounding, value,
                         {quotient.real / static_cast<double>(count), quotient.single / static_cast<float>(count)});
    return narrow(b, mean, to.getZeroPoint(), mn::getElementRange(getElementTypeOrSelf(op.getOutput())));
  }

  KernelBuilder &b;
  mn::GlobalAveragePoolOp op;
  Buffer input, output;
  int64_t lanes;
  VectorType type;
};

} // namespace

void lower::buildIntegerMean(KernelBuilder &b, mn::GlobalAveragePoolOp op, Buffers buffers) {
  IntegerMean(b, op, buffers).build();
}
