// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution of bytes by dot products: the bytes of four input rows are unpacked until those under each
// other stand side by side, and one instruction then takes a column of the window.
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/Tiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class QuadDepthwise {
public:
  QuadDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers)
      : b(b), op(op), input(buffers.front()), output(buffers.back()), words(buffers[buffers.size() - 3]),
        filter(buffers[buffers.size() - 2]), rows(mn::getWindow(op, 0)), columns(mn::getWindow(op, 1)),
        form(getIntegerForm(op)), packed(getIntegerPackedShape(op, b.getSchedule())),
        quads(countQuads(op, b.getSchedule().getRows())) {}

  void build();

private:
  /// `rows` x `columns` outputs from (`row`, `column`) of the channels from `channel` on.
  struct Tile {
    Value channel, row, column;
    int64_t rows, columns;
    /// Where the input rows start, in pixels, and masks for those that may lie outside the image.
    SmallVector<Value> starts, masks;
  };
  /// The unpacked bytes of one input column: four vectors a quad.
  using Column = SmallVector<Value>;

  void buildRows(Value channel);
  void buildTile(Tile tile);
  void findRows(Tile &tile);
  Column readColumn(const Tile &tile, int64_t column);
  void finishColumn(const Tile &tile, int64_t column, ArrayRef<Column> inputs);
  SmallVector<Value> sumRow(const Tile &tile, Value channel, int64_t row, int64_t column, ArrayRef<Column> inputs);
  bool touches(int64_t row, int64_t quad) const;
  Value startOf(const Tile &tile, int64_t row, int64_t column);
  Value maskOf(Value isInside);
  Value unpack(Value low, Value high, bool upper, int64_t bytes);

  KernelBuilder &b;
  mn::DepthwiseConv2DOp op;
  Buffer input, output, words, filter;
  mn::Window rows, columns;
  IntegerForm form;
  IntegerPackedShape packed;
  /// Quads of input rows under a tile; of the present run, sums in a vector and channels of a tile.
  int64_t quads, lanes = 0, channels = 0;
  VectorType byteType;
};

} // namespace

void QuadDepthwise::build() {
  auto runs = cutQuads(output.shape.image.channels, b.getLanes());
  int64_t total = 0, done = 0;
  for (const QuadRun &run : runs)
    total += run.count;
  for (const QuadRun &run : runs) {
    lanes = run.lanes, channels = kQuadRows * lanes, byteType = getIntegerVector(b, channels, 8);
    b.loopOverPart(mn::Split::Channels, done, run.count, total,
                   [&](Value group) { buildRows(b.add(b.mul(group, channels), run.first)); });
    done += run.count;
  }
}

void QuadDepthwise::buildRows(Value channel) {
  auto rowRuns = cutEvenly(b.countRows(rows.output()), b.getSchedule().getRows());
  auto columnRuns = cutEvenly(columns.output(), b.getSchedule().getPixels());
  int64_t total = countTurns(rowRuns), done = 0;
  for (const TileRun &rowRun : rowRuns) {
    b.loopOverPart(mn::Split::Pixels, done, rowRun.count, total, [&](Value rowTurn) {
      Value row = b.rowOfResult(b.add(b.mul(rowTurn, rowRun.size), rowRun.first));
      Tile tile{channel, row, Value(), rowRun.size, 0, {}, {}};
      findRows(tile);
      for (const TileRun &run : columnRuns)
        b.loop(run.count, [&](Value turn) {
          Tile part = tile;
          part.column = b.add(b.mul(turn, run.size), run.first), part.columns = run.size;
          buildTile(part);
        });
    });
    done += rowRun.count;
  }
}

/// Rows outside the image are read where some row is, and masked.
void QuadDepthwise::findRows(Tile &tile) {
  int64_t count = (tile.rows - 1) * rows.stride + rows.kernel;
  Value first = b.sub(b.mul(tile.row, rows.stride), b.index(rows.padBefore));
  for (int64_t row = 0; row < count; ++row) {
    Value place = b.add(first, row);
    bool isAtEdge = row < rows.padBefore || row >= count - rows.padAfter;
    Value isInside = isAtEdge ? b.isLess(place, b.index(rows.input)) : Value();
    tile.starts.push_back(b.rowStart(input.shape, isAtEdge ? b.select(isInside, place, b.index(0)) : place));
    tile.masks.push_back(isAtEdge ? maskOf(isInside) : Value());
  }
}

Value QuadDepthwise::maskOf(Value isInside) {
  Value word = arith::SelectOp::create(b, isInside, arith::ConstantOp::create(b, b.getI8IntegerAttr(-1)),
                                       arith::ConstantOp::create(b, b.getI8IntegerAttr(0)));
  return vector::BroadcastOp::create(b, byteType, word);
}

/// Inputs stay in registers as long as an output column needs them.
void QuadDepthwise::buildTile(Tile tile) {
  SmallVector<Column> inputs;
  for (int64_t column = 0; column < tile.columns; ++column) {
    int64_t first = column * columns.stride;
    for (int64_t next = inputs.size(); next < first + columns.kernel; ++next)
      inputs.push_back(next < first ? Column() : readColumn(tile, next));
    finishColumn(tile, column, ArrayRef(inputs).slice(first, columns.kernel));
  }
}

/// Interleaves `low` and `high` in units of `bytes` within each 128 bits: their lower halves, or the `upper` ones.
Value QuadDepthwise::unpack(Value low, Value high, bool upper, int64_t bytes) {
  constexpr int64_t kRegister = 16;
  SmallVector<int64_t> mask;
  for (int64_t start = 0; start < channels; start += kRegister)
    for (int64_t unit = 0; unit < kRegister / 2; unit += bytes)
      for (int64_t side : {int64_t(0), channels})
        for (int64_t byte = 0; byte < bytes; ++byte)
          mask.push_back(side + start + (upper ? kRegister / 2 : 0) + unit + byte);
  return b.shuffle(low, high, mask);
}

QuadDepthwise::Column QuadDepthwise::readColumn(const Tile &tile, int64_t column) {
  int64_t last = (tile.columns - 1) * columns.stride + columns.kernel;
  Value x = b.sub(b.add(b.mul(tile.column, columns.stride), column), b.index(columns.padBefore)), mask;
  if (column < columns.padBefore || column >= last - columns.padAfter) {
    Value isInside = b.isLess(x, b.index(columns.input));
    x = b.select(isInside, x, b.index(0)), mask = maskOf(isInside);
  }
  Value zero = splatInteger(b, 0, byteType);
  auto read = [&](int64_t row) {
    if (row >= static_cast<int64_t>(tile.starts.size()))
      return zero;
    Value address = b.elementAddress(input.shape, tile.channel, b.add(tile.starts[row], x));
    Value bytes = loadIntegers(b, input, address, channels);
    for (Value other : {tile.masks[row], mask})
      bytes = other ? arith::AndIOp::create(b, bytes, other).getResult() : bytes;
    return bytes;
  };
  Column result;
  for (int64_t quad = 0; quad < quads; ++quad) {
    Value first = read(quad * kQuadRows), second = read(quad * kQuadRows + 1);
    Value third = read(quad * kQuadRows + 2), fourth = read(quad * kQuadRows + 3);
    for (bool upper : {false, true}) {
      Value low = unpack(first, second, upper, 1), high = unpack(third, fourth, upper, 1);
      result.push_back(unpack(low, high, false, 2));
      result.push_back(unpack(low, high, true, 2));
    }
  }
  return result;
}

/// True where the window of output row `row` of a tile covers an input row of `quad`.
bool QuadDepthwise::touches(int64_t row, int64_t quad) const {
  int64_t first = row * rows.stride, end = first + rows.kernel;
  return first < (quad + 1) * kQuadRows && end > quad * kQuadRows;
}

/// Where the bias of the output's border class stands.
Value QuadDepthwise::startOf(const Tile &tile, int64_t row, int64_t column) {
  if (packed.rowClasses * packed.columnClasses == 1)
    return b.index(0);
  Value rowClass = borderClass(b, rows, b.add(tile.row, row));
  bool isInner = column >= columns.borderBefore() && column < tile.columns - columns.borderAfter();
  Value columnClass = isInner ? b.index(columns.borderBefore()) : borderClass(b, columns, b.add(tile.column, column));
  Value classIndex = b.add(b.mul(rowClass, packed.columnClasses), columnClass);
  return b.mul(classIndex, packed.biasRow);
}

/// The four vectors of sums of one output.
SmallVector<Value> QuadDepthwise::sumRow(const Tile &tile, Value channel, int64_t row, int64_t column,
                                         ArrayRef<Column> inputs) {
  int64_t width = columns.kernel, tileRows = b.getSchedule().getRows();
  Value start = b.add(channel, startOf(tile, row, column));
  Value group = b.mul(channel, tileRows * quads * width * kQuadRows);
  SmallVector<Value> sums;
  for (int64_t vector = 0; vector < kQuadRows; ++vector) {
    Value sum = loadIntegers(b, words, b.add(start, vector * lanes), lanes);
    for (int64_t quad = 0; quad < quads; ++quad)
      for (int64_t kx = 0; kx < width && touches(row, quad); ++kx) {
        int64_t place = ((row * quads + quad) * width + kx) * kQuadRows + vector;
        Value weights = loadIntegers(b, filter, b.add(group, place * channels), channels);
        sum = multiplyGroups(b, form, inputs[kx][quad * kQuadRows + vector], weights, sum);
      }
    sums.push_back(sum);
  }
  return sums;
}

void QuadDepthwise::finishColumn(const Tile &tile, int64_t column, ArrayRef<Column> inputs) {
  mn::IntegerRange range = mn::getActivationRange(op.getActivation(), op.getType());
  int64_t zero = mn::getQuantization(op.getOutput()).getZeroPoint();
  // Weights and factors are operands in memory; registers are for inputs and sums.
  Value channel = hide(b, tile.channel);
  for (int64_t row = 0; row < tile.rows; ++row) {
    SmallVector<Value> quarters = sumRow(tile, channel, row, column, inputs);
    for (auto [vector, sum] : llvm::enumerate(quarters)) {
      Value first = b.add(channel, static_cast<int64_t>(vector) * lanes);
      sum = requantize(b, getRounding(op), sum, loadFactors(b, words, packed, first, lanes));
    }
    Value pixel = b.add(b.add(b.rowStart(output.shape, b.add(tile.row, row)), tile.column), column);
    SmallVector<Value> bytes = narrowTogether(b, quarters, kQuadRows, zero, range, isUnsigned(op.getOutput()));
    storeBytes(b, bytes.front(), output, b.elementAddress(output.shape, tile.channel, pixel));
  }
}

void lower::buildQuadDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  QuadDepthwise(b, op, buffers).build();
}
