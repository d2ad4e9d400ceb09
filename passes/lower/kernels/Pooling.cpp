// SPDX-License-Identifier: Apache-2.0
// Pools walk windows like a depthwise convolution: a row of output columns in registers, one vector of channels.
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/Tiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static Value count(KernelBuilder &b, Value index) {
  return arith::SIToFPOp::create(b, b.getF32Type(), arith::IndexCastOp::create(b, b.getI32Type(), index));
}

namespace {

class Pool {
public:
  Pool(KernelBuilder &b, Operation *op, Buffers buffers)
      : b(b), input(buffers.front()), output(buffers.back()), rows(mn::getWindow(op, 0)), columns(mn::getWindow(op, 1)),
        isAverage(isa<mn::AveragePoolOp>(op)) {}

  void build() {
    int64_t vectors = (output.shape.image.channels + b.getLanes() - 1) / b.getLanes(), height = rows.output();
    b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, [&](Value channelVector) {
      b.loopOverPart(mn::Split::Pixels, 0, height, height, [&](Value row) {
        for (const ColumnRun &run : cutColumns(columns, b.getSchedule().getPixels()))
          b.loop(run.tiles.count, [&](Value tile) {
            Value column = b.add(b.mul(tile, run.tiles.size), run.tiles.first);
            buildTile(channelVector, row, column, run);
          });
      });
    });
  }

private:
  void buildTile(Value channelVector, Value row, Value column, const ColumnRun &run) {
    Value results = b.accumulators("results", run.tiles.size, 1);
    Value taps = b.accumulators("taps", 1, 1, b.getIndexType());
    Value zero = b.index(0), start = b.constant(isAverage ? 0.0 : -std::numeric_limits<float>::max());
    b.loop(run.tiles.size, [&](Value pixel) { b.set(start, results, pixel, zero); }, Unroll::Full);
    b.set(zero, taps, zero, zero);
    Unroll unroll = b.getSchedule().getUnroll() > 1 ? Unroll::Full : Unroll::No;
    forEachTap(b, rows, row, /*interior=*/false, [&](Value, Value y) {
      forEachTap(
          b, columns, column, run.interior,
          [&](Value, Value x) {
            visit(results, channelVector, b.add(b.mul(y, input.shape.image.width), x), run.tiles.size);
            b.set(b.add(b.get(taps, zero, zero), 1), taps, zero, zero);
          },
          unroll);
    });
    Value divisor = isAverage ? b.splat(count(b, b.get(taps, zero, zero))) : Value();
    b.loop(
        run.tiles.size,
        [&](Value pixel) {
          Value place = b.add(b.add(b.mul(row, output.shape.image.width), column), pixel);
          Value result = b.get(results, pixel, zero);
          if (isAverage)
            result = arith::DivFOp::create(b, result, divisor);
          b.store(result, output, b.vectorAddress(output.shape, channelVector, place));
        },
        Unroll::Full);
  }

  void visit(Value results, Value channelVector, Value pixelUnderTap, int64_t pixels) {
    Value base = b.vectorAddress(input.shape, channelVector, pixelUnderTap);
    b.loop(
        pixels,
        [&](Value pixel) {
          Value value = b.load(input, b.add(base, b.mul(pixel, columns.stride * input.shape.block)));
          Value result = b.get(results, pixel, b.index(0));
          b.set(combine(value, result), results, pixel, b.index(0));
        },
        Unroll::Full);
  }

  Value combine(Value value, Value result) {
    if (isAverage)
      return arith::AddFOp::create(b, result, value);
    Value isLarger = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, value, result);
    return arith::SelectOp::create(b, isLarger, value, result);
  }

  KernelBuilder &b;
  Buffer input, output;
  mn::Window rows, columns;
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
