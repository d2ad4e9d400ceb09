// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/WindowKernel.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

WindowKernel::WindowKernel(KernelBuilder &b, Operation *op, const Buffer &input, const Buffer &output)
    : resultType(b.getVectorType()), b(b), input(input), output(output), rows(mn::getWindow(op, 0)),
      columns(mn::getWindow(op, 1)) {
  int64_t unroll = b.getSchedule().getUnroll();
  unrolled = unroll > 1 && unroll >= rows.kernel * columns.kernel ? Unrolled::Window
             : unroll > 1                                         ? Unrolled::KernelRow
                                                                  : Unrolled::One;
}

void WindowKernel::build() {
  int64_t vectors = (output.shape.image.channels + b.getLanes() - 1) / b.getLanes();
  b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, [&](Value channelVector) {
    if (unrolled == Unrolled::Window)
      holdWeights(channelVector, b.index(0), rows.kernel * columns.kernel);
    forEachTile(channelVector, [&](Tile tile) { buildTile(std::move(tile)); });
  });
}

/// Each kind of tile has loops of its own: where two kinds follow each other in one body, LLVM keeps the inputs that
/// they share in registers, which are then short.
void WindowKernel::forEachTile(Value channelVector, llvm::function_ref<void(Tile)> body) {
  int64_t computed = b.countRows(rows.output()), others = rows.output() - computed;
  auto rowRuns = cutEvenly(computed, b.getSchedule().getRows());
  auto place = [&](const TileRun &run, Value turn) {
    return run.count == 1 ? b.index(run.first) : b.add(b.mul(turn, run.size), run.first);
  };
  int64_t total = countTurns(rowRuns);
  for (const TileRun &columnRun : cutAtBorders(columns, b.getSchedule().getPixels())) {
    int64_t done = 0;
    for (const TileRun &rowRun : rowRuns) {
      int64_t highest = rowRun.first + (rowRun.count - 1) * rowRun.size;
      b.loopOverPart(mn::Split::Pixels, done, rowRun.count, total, [&](Value rowTurn) {
        b.loop(columnRun.count, [&](Value columnTurn) {
          body({channelVector, b.rowOfResult(place(rowRun, rowTurn)), place(columnRun, columnTurn), rowRun.size,
                columnRun.size, groupColumns(columns, columnRun), rowRun.first, highest + others, Value()});
        });
      });
      done += rowRun.count;
    }
  }
}

void WindowKernel::buildTile(Tile tile) {
  tile.results = b.accumulators("sums", tile.rows, tile.columns, resultType);
  startResults(tile);
  if (unrolled == Unrolled::Window)
    return visitInputRows(tile);
  visitKernelRows(tile);
  for (int64_t row = 0; row < tile.rows; ++row)
    finishRow(tile, row);
}

void WindowKernel::startResults(const Tile &tile) {
  for (int64_t row = 0; row < tile.rows; ++row)
    for (const ColumnGroup &group : tile.groups) {
      Value value = start(tile, row, group);
      b.loop(
          group.count, [&](Value column) { b.set(value, tile.results, b.index(row), b.add(column, group.first)); },
          Unroll::Full);
    }
}

/// Each input row is loaded once and feeds all output rows above and below it; these come to their kernel rows in
/// ascending order. An output row is stored as soon as it is finished: LLVM would put off what a branch does not need.
void WindowKernel::visitInputRows(const Tile &tile) {
  int64_t below = (rows.kernel - 1) * rows.dilation, inputRows = (tile.rows - 1) * rows.stride + below + 1;
  for (int64_t row = 0; row < inputRows; ++row) {
    if (RowUse use = findUse(tile, row); use.count > 0)
      whenInside(tile, b.index(row), row, row, [&] { visitRow(tile, b.index(row), use, b.index(use.ky)); });
    if (row >= below && (row - below) % rows.stride == 0)
      finishRow(tile, (row - below) / rows.stride);
  }
}

WindowKernel::RowUse WindowKernel::findUse(const Tile &tile, int64_t inputRow) const {
  RowUse use{0, 0, 0};
  for (int64_t row = 0; row < tile.rows; ++row) {
    int64_t distance = inputRow - row * rows.stride;
    if (distance < 0 || distance % rows.dilation != 0 || distance / rows.dilation >= rows.kernel)
      continue;
    if (use.count++ == 0)
      use.first = row, use.ky = distance / rows.dilation;
  }
  return use;
}

/// In-order cores would wait for the remainder that a row's place in the ring takes in each turn.
bool WindowKernel::walksRing() const {
  return b.isStrip() && b.getTarget().getFlag("in_order") && rows.dilation == 1 &&
         rows.kernel <= input.shape.rowsInMemory() && input.shape.rowsInMemory() < input.shape.image.height;
}

void WindowKernel::visitKernelRows(const Tile &tile) {
  auto visit = [&](Value ky, llvm::function_ref<void(Value)> body) {
    if (unrolled == Unrolled::KernelRow)
      holdWeights(tile.channelVector, b.mul(ky, columns.kernel), columns.kernel);
    body(b.mul(ky, rows.dilation));
  };
  if (tile.rows == 1 && walksRing())
    return forEachTapOfRing(b, rows, tile.row, input.shape.rowsInMemory(), [&](Value ky, Value place) {
      visit(ky, [&](Value inputRow) { visitRow(tile, inputRow, {0, 1, 0}, ky, place); });
    });
  if (tile.rows == 1)
    return forEachTap(b, rows, tile.row, /*interior=*/false, [&](Value ky, Value) {
      visit(ky, [&](Value inputRow) { visitRow(tile, inputRow, {0, 1, 0}, ky); });
    });
  b.loop(rows.kernel, [&](Value ky) {
    visit(ky, [&](Value firstRow) {
      for (int64_t row = 0; row < tile.rows; ++row) {
        Value inputRow = b.add(firstRow, row * rows.stride);
        int64_t lowest = row * rows.stride, highest = lowest + (rows.kernel - 1) * rows.dilation;
        whenInside(tile, inputRow, lowest, highest, [&] { visitRow(tile, inputRow, {row, 1, 0}, ky); });
      }
    });
  });
}

/// Runs `body` where `inputRow`, counted from the first one under the tile and between `lowest` and `highest`, lies
/// inside the image.
void WindowKernel::whenInside(const Tile &tile, Value inputRow, int64_t lowest, int64_t highest,
                              llvm::function_ref<void()> body) {
  lowest += tile.lowestRow * rows.stride, highest += tile.highestRow * rows.stride;
  int64_t end = rows.padBefore + rows.input;
  if (highest < rows.padBefore || lowest >= end)
    return;
  Value place = b.add(b.mul(tile.row, rows.stride), inputRow);
  auto whenBeforeEnd = [&] { highest >= end ? b.when(b.isLess(place, b.index(end)), body) : body(); };
  if (lowest < rows.padBefore)
    return b.when(b.isLess(b.index(rows.padBefore - 1), place), whenBeforeEnd);
  whenBeforeEnd();
}

/// Where an input row stands in memory. A ring has room for all rows under a tile, so its end is passed at most once.
Value WindowKernel::findPlace(const Tile &tile, Value inputRow) {
  Value origin = b.mul(tile.row, rows.stride);
  if (!input.shape.isRing())
    return b.sub(b.add(origin, inputRow), b.index(rows.padBefore));
  int64_t ring = input.shape.rowsInMemory();
  Value row = b.add(b.rem(b.add(origin, ring - rows.padBefore), ring), inputRow);
  // Before the end, the difference wraps around and is not the smaller one.
  return b.min(row, b.sub(row, b.index(ring)));
}

/// Bases are negative for a tile at the upper left; what is read lies inside the image. Rows that are not all in memory
/// have no common base; `place`, the row's place in the ring, may be null.
WindowKernel::InputRow WindowKernel::findInputRow(const Tile &tile, Value inputRow, Value place) {
  int64_t width = input.shape.image.width, block = input.shape.block;
  Value column = b.mul(tile.column, columns.stride), channels = inputVector(tile.channelVector);
  if (b.isStrip()) {
    Value start = b.mul(place ? place : findPlace(tile, inputRow), width);
    Value origin = b.vectorAddress(input.shape, channels, b.add(start, column));
    return {b.sub(origin, b.index(columns.padBefore * block)), b.index(0)};
  }
  Value origin = b.vectorAddress(input.shape, channels, b.add(b.mul(tile.row, rows.stride * width), column));
  return {b.sub(origin, b.index((rows.padBefore * width + columns.padBefore) * block)), b.mul(inputRow, width)};
}

/// One input row: `inputRow` from the first one under the tile. Unrolled code goes column by column, so that few inputs
/// are alive at once; a loop over taps has all columns in its body.
void WindowKernel::visitRow(const Tile &tile, Value inputRow, RowUse use, Value ky, Value place) {
  InputRow from = findInputRow(tile, inputRow, place);
  auto visit = [&](Value column, Value kx) {
    Value pixel = b.add(b.add(from.pixel, b.mul(column, columns.stride)), b.mul(kx, columns.dilation));
    Value value = loadInput(b.add(from.base, b.mul(pixel, input.shape.block)));
    b.loop(
        use.count,
        [&](Value turn) {
          Value row = b.add(turn, use.first), tap = b.sub(ky, b.mul(turn, rows.stride));
          Value result = b.get(tile.results, row, column);
          b.set(combine(result, value, tile.channelVector, tap, kx), tile.results, row, column);
        },
        Unroll::Full);
  };
  for (const ColumnGroup &group : tile.groups) {
    int64_t taps = group.endTap - group.firstTap;
    if (unrolled == Unrolled::One) {
      b.loop(taps, [&](Value tap) {
        b.loop(
            group.count, [&](Value column) { visit(b.add(column, group.first), b.add(tap, group.firstTap)); },
            Unroll::Full);
      });
      continue;
    }
    auto column = [&](Value column, Value tap) { visit(b.add(column, group.first), b.add(tap, group.firstTap)); };
    // Where an fma takes so long that loads wait for it, a sum's next tap comes a row of columns later.
    if (b.getTarget().getFlag("batched_loads")) {
      b.loop(
          taps, [&](Value tap) { b.loop(group.count, [&](Value turn) { column(turn, tap); }, Unroll::Full); },
          Unroll::Full);
      continue;
    }
    b.loop(
        group.count, [&](Value turn) { b.loop(taps, [&](Value tap) { column(turn, tap); }, Unroll::Full); },
        Unroll::Full);
  }
}

void WindowKernel::finishRow(const Tile &tile, int64_t row) {
  Value start = b.add(b.resultRowStart(output.shape, b.add(tile.row, row)), tile.column);
  for (const ColumnGroup &group : tile.groups)
    b.loop(
        group.count,
        [&](Value turn) {
          Value column = b.add(turn, group.first);
          Value address = b.vectorAddress(output.shape, tile.channelVector, b.add(start, column));
          Value result = b.get(tile.results, b.index(row), column);
          b.store(finish(tile, row, group, result, address), output, address);
        },
        Unroll::Full);
}

Value WindowKernel::heldTap(Value ky, Value kx) {
  return unrolled == Unrolled::Window ? b.add(b.mul(ky, columns.kernel), kx) : kx;
}
