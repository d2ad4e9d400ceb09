// SPDX-License-Identifier: Apache-2.0
// Pools walk windows like a depthwise convolution.
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/WindowKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static Value toFloat(KernelBuilder &b, Value index) {
  return arith::SIToFPOp::create(b, b.getF32Type(), arith::IndexCastOp::create(b, b.getI32Type(), index));
}

namespace {

class Pool : public WindowKernel {
public:
  Pool(KernelBuilder &b, Operation *op, Buffers buffers)
      : WindowKernel(b, op, buffers.front(), buffers.back()), isAverage(isa<mn::AveragePoolOp>(op)) {}

private:
  Value start(const Tile &, int64_t, const ColumnGroup &) override {
    auto lowest = llvm::APFloat::getLargest(b.getArithmetic().getFloatSemantics(), /*Negative=*/true);
    return b.constant(isAverage ? 0.0 : lowest.convertToDouble());
  }

  Value combine(Value result, Value value, Value, Value, Value) override {
    if (isAverage)
      return arith::AddFOp::create(b, result, value);
    Value isLarger = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, value, result);
    return arith::SelectOp::create(b, isLarger, value, result);
  }

  Value finish(const Tile &tile, int64_t row, const ColumnGroup &group, Value result, Value) override {
    if (!isAverage)
      return result;
    int64_t across = group.endTap - group.firstTap;
    if (rows.borderBefore() == 0 && rows.borderAfter() == 0)
      return arith::DivFOp::create(b, result, b.constant(static_cast<double>(rows.kernel * across)));
    Value taps = b.mul(countTaps(b, rows, b.add(tile.row, row)), across);
    return arith::DivFOp::create(b, result, b.splat(toFloat(b, taps)));
  }

  bool isAverage;
};

} // namespace

void lower::buildPool(KernelBuilder &b, Operation *op, Buffers buffers) { Pool(b, op, buffers).build(); }

void lower::buildGlobalAveragePool(KernelBuilder &b, Buffers buffers) {
  const Buffer &input = buffers.front(), &output = buffers.back();
  int64_t lanes = b.getLanes(), pixels = input.shape.image.pixels();
  Value zero = b.index(0);
  auto average = [&](Value first, int64_t vectors) {
    Value sums = b.accumulators("sums", vectors, 1);
    b.loop(vectors, [&](Value vector) { b.set(b.constant(0.0), sums, vector, zero); }, Unroll::Full);
    b.loop(pixels, [&](Value pixel) {
      b.loop(
          vectors,
          [&](Value vector) {
            Value value = b.load(input, b.vectorAddress(input.shape, b.add(first, vector), pixel));
            b.set(arith::AddFOp::create(b, b.get(sums, vector, zero), value), sums, vector, zero);
          },
          Unroll::Full);
    });
    b.loop(
        vectors,
        [&](Value vector) {
          Value mean = arith::DivFOp::create(b, b.get(sums, vector, zero), b.constant(static_cast<double>(pixels)));
          b.store(mean, output, b.vectorAddress(output.shape, b.add(first, vector), zero));
        },
        Unroll::Full);
  };
  auto runs = cutEvenly((output.shape.image.channels + lanes - 1) / lanes, b.getSchedule().getPixels());
  int64_t total = countTurns(runs), done = 0;
  for (TileRun run : runs) {
    b.loopOverPart(mn::Split::Channels, done, run.count, total,
                   [&](Value tile) { average(b.add(b.mul(tile, run.size), run.first), run.size); });
    done += run.count;
  }
}
