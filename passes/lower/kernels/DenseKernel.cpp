// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/DenseKernel.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

DenseKernel::DenseKernel(KernelBuilder &b, mn::WeightedOpInterface op, ArrayRef<Buffer> buffers)
    : b(b), op(op), input(buffers.front()), output(buffers.back()), rows(mn::getWindow(op, 0)),
      columns(mn::getWindow(op, 1)), lanes(b.getLanes()) {
  if (op.getSkip())
    skip = buffers[1];
  if (mn::isPointwise(op))
    flattenRows();
}

void DenseKernel::flattenRows() {
  if (b.isStrip()) {
    Value firstRow = b.rowOfResult(b.index(0));
    inputStart = b.rowStart(input.shape, firstRow);
    outputStart = b.rowStart(output.shape, firstRow);
  }
  auto flatten = [&](BufferShape &shape) {
    shape.image = {1, b.countRows(shape.image.height) * shape.image.width, shape.image.channels};
  };
  flatten(input.shape);
  flatten(output.shape);
  if (skip)
    flatten(skip->shape);
  rows = {1, 1, 1, 1, 0, 0};
  columns = {input.shape.image.width, 1, 1, 1, 0, 0};
}

void DenseKernel::build() {
  auto panels = [&](llvm::function_ref<void(Value, const PanelRun &)> body) { forEachPanel(body); };
  auto tile = [&](Value number, Value row, Value column, const ColumnRun &run, Value channelVector,
                  const PanelRun &panel) {
    buildTile({row, column, channelVector, run.tiles.size, panel.vectors, panel.lastLanes, run.interior, number,
               Value(), Value()});
  };
  if (b.getSchedule().getOrder() == mn::LoopOrder::PanelOuter)
    return panels([&](Value channelVector, const PanelRun &panel) {
      forEachTile([&](Value number, Value row, Value column, const ColumnRun &run) {
        tile(number, row, column, run, channelVector, panel);
      });
    });
  forEachTile([&](Value number, Value row, Value column, const ColumnRun &run) {
    startPixels(row, column, run.tiles.size);
    panels([&](Value channelVector, const PanelRun &panel) { tile(number, row, column, run, channelVector, panel); });
  });
}

void DenseKernel::forEachPanel(llvm::function_ref<void(Value, const PanelRun &)> body) {
  auto runs = cutPanels(output.shape, lanes, b.getSchedule().getChannels() / lanes);
  int64_t total = countTurns(runs), done = 0;
  for (PanelRun run : runs) {
    b.loopOverPart(mn::Split::Channels, done, run.count, total,
                   [&](Value panel) { body(b.add(b.mul(panel, run.vectors), run.first), run); });
    done += run.count;
  }
}

void DenseKernel::forEachTile(llvm::function_ref<void(Value, Value, Value, const ColumnRun &)> body) {
  auto runs = cutColumns(columns, b.getSchedule().getPixels());
  auto visit = [&](Value number, Value row, const ColumnRun &run, Value tile) {
    body(number, row, b.add(b.mul(tile, run.tiles.size), run.tiles.first), run);
  };
  if (rows.output() > 1) {
    int64_t computed = b.countRows(rows.output());
    return b.loopOverPart(mn::Split::Pixels, 0, computed, computed, [&](Value row) {
      for (const ColumnRun &run : runs)
        b.loop(run.tiles.count, [&](Value tile) { visit(b.index(0), b.rowOfResult(row), run, tile); });
    });
  }
  int64_t total = countTurns(runs), done = 0;
  for (const ColumnRun &run : runs) {
    b.loopOverPart(mn::Split::Pixels, done, run.tiles.count, total,
                   [&](Value tile) { visit(b.add(tile, done), b.index(0), run, tile); });
    done += run.tiles.count;
  }
}
