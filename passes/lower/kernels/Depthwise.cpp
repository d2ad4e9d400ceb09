// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution keeps a row of output columns in registers for one vector of channels and walks the taps
// under it; neighbouring columns share their loads.
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/Tiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class Depthwise {
public:
  Depthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers)
      : b(b), op(op), input(buffers.front()), output(buffers.back()), rows(mn::getWindow(op, 0)),
        columns(mn::getWindow(op, 1)), packed(getPackedShape(op, b.getLanes())),
        weights(getPackedBuffers(op, packed, buffers)), lanes(b.getLanes()) {
    if (op.getSkip())
      skip = buffers[1];
    multiplier = cast<ShapedType>(op.getFilter().getType()).getDimSize(3);
  }

  void build() {
    int64_t vectors = packed.biasRow / lanes, height = rows.output();
    b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, [&](Value channelVector) {
      b.loopOverPart(mn::Split::Pixels, 0, height, height, [&](Value row) {
        for (const ColumnRun &run : cutColumns(columns, b.getSchedule().getPixels()))
          b.loop(run.tiles.count, [&](Value tile) {
            Value column = b.add(b.mul(tile, run.tiles.size), run.tiles.first);
            buildTile(channelVector, row, column, run.tiles.size, run.interior);
          });
      });
    });
  }

private:
  void buildTile(Value channelVector, Value row, Value column, int64_t pixels, bool interior) {
    Value sums = b.accumulators("sums", pixels, 1);
    Value bias = b.load(weights.bias, biasAddress(channelVector, row, column, interior));
    b.loop(pixels, [&](Value pixel) { b.set(bias, sums, pixel, b.index(0)); }, Unroll::Full);
    Unroll unroll = b.getSchedule().getUnroll() > 1 ? Unroll::Full : Unroll::No;
    forEachTap(b, rows, row, /*interior=*/false, [&](Value ky, Value y) {
      forEachTap(
          b, columns, column, interior,
          [&](Value kx, Value x) {
            accumulate(sums, channelVector, b.add(b.mul(ky, columns.kernel), kx),
                       b.add(b.mul(y, input.shape.image.width), x), pixels);
          },
          unroll);
    });
    b.loop(
        pixels,
        [&](Value pixel) {
          Value place = b.add(b.add(b.mul(row, output.shape.image.width), column), pixel);
          finish(b.get(sums, pixel, b.index(0)), channelVector, place);
        },
        Unroll::Full);
  }

  Value biasAddress(Value channelVector, Value row, Value column, bool interior) {
    Value address = b.mul(channelVector, lanes);
    if (packed.rowClasses * packed.columnClasses == 1)
      return address;
    Value columnClass = interior ? b.index(columns.borderBefore()) : borderClass(b, columns, column);
    Value classIndex = b.add(b.mul(borderClass(b, rows, row), packed.columnClasses), columnClass);
    return b.add(address, b.mul(classIndex, packed.biasRow));
  }

  void accumulate(Value sums, Value channelVector, Value tap, Value pixelUnderTap, int64_t pixels) {
    Value taps = b.add(b.mul(channelVector, rows.kernel * columns.kernel), tap);
    Value weight = b.load(weights.filter, b.add(b.mul(taps, lanes), weights.filterStart));
    Value inputVector = multiplier == 1 ? channelVector : b.div(channelVector, multiplier);
    Value base = b.vectorAddress(input.shape, inputVector, pixelUnderTap);
    b.loop(
        pixels,
        [&](Value pixel) {
          Value value = b.load(input, b.add(base, b.mul(pixel, columns.stride * input.shape.block)));
          b.set(b.fma(value, weight, b.get(sums, pixel, b.index(0))), sums, pixel, b.index(0));
        },
        Unroll::Full);
  }

  void finish(Value sum, Value channelVector, Value place) {
    Value address = b.vectorAddress(output.shape, channelVector, place);
    if (skip)
      sum = arith::AddFOp::create(b, sum, b.load(*skip, address));
    b.store(buildActivation(b, op.getActivation(), sum), output, address);
  }

  KernelBuilder &b;
  mn::DepthwiseConv2DOp op;
  Buffer input, output;
  std::optional<Buffer> skip;
  mn::Window rows, columns;
  PackedShape packed;
  PackedBuffers weights;
  int64_t lanes, multiplier;
};

} // namespace

void lower::buildDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  Depthwise(b, op, buffers).build();
}
