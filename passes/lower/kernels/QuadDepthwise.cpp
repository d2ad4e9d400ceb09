// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution of bytes by quads of input rows. For dot products their bytes are unpacked until those under
// each other stand side by side, and one instruction then takes a column of the window; for products of pairs they
// become words, and one takes two rows of it.
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/FrameWords.h"
#include "passes/lower/kernels/IntegerNarrowing.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/PairedWeights.h"
#include "passes/lower/kernels/Tiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class QuadDepthwise {
public:
  QuadDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers)
      : b(b), op(op), input(buffers.front()), output(buffers.back()), words(buffers[buffers.size() - 3]),
        filter(buffers[buffers.size() - 2]), rows(mn::getWindow(op, 0)), columns(mn::getWindow(op, 1)),
        form(getIntegerForm(op)), packed(getIntegerPackedShape(op, b.getSchedule())), together(countGroupRows(op)),
        groups(countRowGroups(op, b.getSchedule().getRows())), vectors(countQuadVectors(op, b.getSchedule().getRows())),
        holdsWeights(countHeldWeights(op, b.getSchedule().getRows()) > 0), holdsAll(holdsWeights && !form.takesPairs()),
        narrowing(getNarrowing(cast<mn::WeightedOpInterface>(op.getOperation()), packed)) {}

  void build();

private:
  /// `rows` x `columns` outputs from (`row`, `column`) of the channels from `channel` on.
  struct Tile {
    Value channel, row, column;
    int64_t rows, columns;
    /// Where the input rows start, in pixels, and masks for those that may lie outside the image.
    SmallVector<Value> starts, masks;
    /// Where weights are held, those of each row, group, column and vector; 0 for input rows outside the image.
    SmallVector<Value> weights;
    /// Where the first output column's own input is in each input row, and the first output in each output row.
    SmallVector<Value> inputs, outputs;
    /// Where the biases of each output row stand that have all taps of their columns inside.
    SmallVector<Value> biases;
    /// Where all is held, what sums are multiplied by, vector by vector.
    SmallVector<RequantizationVectors> factors;
  };
  /// The unpacked bytes of one input column, as many vectors a group of rows as a tile has; none outside the image.
  using Column = SmallVector<Value>;
  /// Sums of one output, requantised, by which factors, and where their bytes go.
  struct Result {
    SmallVector<Value> sums;
    SmallVector<RequantizationVectors> factors;
    Value address;
  };

  void buildRows(Value channel);
  SmallVector<RequantizationVectors> loadAllFactors(Value channel);
  void buildTile(Tile tile);
  void findRows(Tile &tile);
  SmallVector<Value> maskWeights(ArrayRef<Value> inside);
  void holdWeights(Tile &tile, ArrayRef<Value> inside);
  void findStarts(Tile &tile);
  Value findWeights(Value channel);
  Value loadWeights(Value start, int64_t place);
  int64_t placeOfWeights(int64_t row, int64_t group, int64_t kx, int64_t vector) const;
  Value addProducts(Value sum, Value inputs, Value weights);
  Column unpackGroup(ArrayRef<Value> rows);
  Column readColumn(const Tile &tile, int64_t column);
  Column readEdge(const Tile &tile, int64_t column, Value x);
  Column unpackColumn(const Tile &tile, int64_t column, Value x, Value mask);
  void finishColumn(Tile &tile, int64_t column, ArrayRef<Column> inputs);
  void finishStored(const Tile &tile);
  void finishTogether(const Tile &tile, Value channel, Value row, Value first, int64_t count);
  void storeResults();
  SmallVector<Value> sumRow(Tile &tile, Value channel, int64_t row, int64_t column, ArrayRef<Column> inputs);
  bool touches(int64_t row, int64_t group) const;
  bool finishesInLoops() const;
  Value biasOf(const Tile &tile, Value channel, int64_t row, Value columnClass);
  SmallVector<Value> loadBiases(Tile &tile, Value channel, int64_t row, int64_t column);
  Value maskOf(Value isInside);

  KernelBuilder &b;
  mn::DepthwiseConv2DOp op;
  Buffer input, output, words, filter;
  mn::Window rows, columns;
  IntegerForm form;
  IntegerPackedShape packed;
  /// Input rows that an instruction takes together, and such groups under a tile.
  int64_t together, groups;
  /// Of the present run, sums in a vector and channels of a tile.
  int64_t lanes = 0, channels = 0;
  /// Vectors of sums of an output.
  int64_t vectors;
  /// Whether registers hold the weights of a tile; and whether all of it, its factors and addresses too, as on AArch64.
  bool holdsWeights, holdsAll;
  Narrowing narrowing;
  VectorType byteType;
  /// Whether a loop finishes the present tile, and where it finds the sums.
  bool isStored = false;
  std::optional<FrameWords> stored;
  /// Where instructions take pairs, the weights of the present channels.
  std::optional<PairedWeights> pairs;
  /// Outputs that wait for others to be narrowed with.
  SmallVector<Result> results;
};

} // namespace

void QuadDepthwise::build() {
  assert((!form.takesPairs() || b.getSchedule().getRows() == 1) && "pairs are of one output row");
  if (form.takesPairs())
    pairs.emplace(b, rows, columns);
  auto runs = cutQuads(output.shape.image.channels, b.getLanes(), vectors);
  int64_t total = countTurns(runs), done = 0;
  for (const QuadRun &run : runs) {
    lanes = run.lanes, channels = vectors * lanes, byteType = getIntegerVector(b, channels, 8);
    b.loopOverPart(mn::Split::Channels, done, run.count, total,
                   [&](Value group) { buildRows(b.add(b.mul(group, channels), run.first)); });
    done += run.count;
  }
}

SmallVector<RequantizationVectors> QuadDepthwise::loadAllFactors(Value channel) {
  SmallVector<RequantizationVectors> factors;
  for (int64_t vector = 0; vector < vectors; ++vector)
    factors.push_back(loadFactors(b, words, packed, b.add(channel, vector * lanes), lanes));
  return factors;
}

void QuadDepthwise::buildRows(Value channel) {
  SmallVector<RequantizationVectors> factors;
  if (holdsAll)
    factors = loadAllFactors(channel);
  if (pairs)
    pairs->unpack(filter, channel, lanes);
  auto rowRuns = cutEvenly(b.countRows(rows.output()), b.getSchedule().getRows());
  auto columnRuns = cutEvenly(columns.output(), b.getSchedule().getPixels());
  int64_t total = countTurns(rowRuns), done = 0;
  for (const TileRun &rowRun : rowRuns) {
    b.loopOverPart(mn::Split::Pixels, done, rowRun.count, total, [&](Value rowTurn) {
      Value row = b.rowOfResult(b.add(b.mul(rowTurn, rowRun.size), rowRun.first));
      Tile tile{channel, row, Value(), rowRun.size, 0, {}, {}, {}, {}, {}, {}, factors};
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

/// Rows outside the image are read where some row is, and masked, or their weights are.
void QuadDepthwise::findRows(Tile &tile) {
  int64_t count = (tile.rows - 1) * rows.stride + rows.kernel;
  Value first = b.sub(b.mul(tile.row, rows.stride), b.index(rows.padBefore));
  SmallVector<Value> inside;
  for (int64_t row = 0; row < count; ++row) {
    Value place = b.add(first, row);
    bool isAtEdge = row < rows.padBefore || row >= count - rows.padAfter;
    Value isInside = isAtEdge ? b.isLess(place, b.index(rows.input)) : Value();
    tile.starts.push_back(b.rowStart(input.shape, isAtEdge ? b.select(isInside, place, b.index(0)) : place));
    tile.masks.push_back(isAtEdge && !holdsWeights ? maskOf(isInside) : Value());
    inside.push_back(isInside);
  }
  if (holdsWeights)
    holdWeights(tile, inside);
}

/// For the weights of each group of input rows, which share words of 32 bits: 0 where a row is outside the image, of
/// which `inside` tells, null where it never is. Null where no row of them may be.
SmallVector<Value> QuadDepthwise::maskWeights(ArrayRef<Value> inside) {
  int64_t bits = 32 / together;
  SmallVector<Value> masks(groups);
  for (auto [row, isInside] : llvm::enumerate(inside)) {
    if (!isInside)
      continue;
    int64_t ofRow = ((int64_t(1) << bits) - 1) << row % together * bits;
    Value all = arith::ConstantOp::create(b, b.getI32IntegerAttr(-1));
    Value others = arith::ConstantOp::create(b, b.getI32IntegerAttr(static_cast<int32_t>(~ofRow)));
    Value mask = arith::SelectOp::create(b, isInside, all, others), &ofGroup = masks[row / together];
    ofGroup = ofGroup ? arith::AndIOp::create(b, ofGroup, mask).getResult() : mask;
  }
  for (Value &mask : masks)
    if (mask)
      mask = vector::BitCastOp::create(b, getIntegerVector(b, together * lanes, bits),
                                       vector::BroadcastOp::create(b, getIntegerVector(b, lanes), mask));
  return masks;
}

void QuadDepthwise::holdWeights(Tile &tile, ArrayRef<Value> inside) {
  SmallVector<Value> masks = maskWeights(inside);
  Value start = findWeights(tile.channel);
  int64_t run = columns.kernel * vectors;
  for (int64_t place = 0; place < tile.rows * groups * run; ++place) {
    Value weights = loadWeights(start, place), mask = masks[place / run % groups];
    tile.weights.push_back(mask ? arith::AndIOp::create(b, weights, mask).getResult() : weights);
  }
}

Value QuadDepthwise::maskOf(Value isInside) {
  Value word = arith::SelectOp::create(b, isInside, arith::ConstantOp::create(b, b.getI8IntegerAttr(-1)),
                                       arith::ConstantOp::create(b, b.getI8IntegerAttr(0)));
  return vector::BroadcastOp::create(b, byteType, word);
}

/// Addresses are hidden, or LLVM would make all of them from one, at offsets that loads do not take.
void QuadDepthwise::findStarts(Tile &tile) {
  if (!holdsAll)
    return;
  Value x = b.mul(tile.column, columns.stride);
  for (Value start : tile.starts)
    tile.inputs.push_back(hide(b, b.elementAddress(input.shape, tile.channel, b.add(start, x))));
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value start = b.add(b.resultRowStart(output.shape, b.add(tile.row, row)), tile.column);
    tile.outputs.push_back(hide(b, b.elementAddress(output.shape, tile.channel, start)));
    tile.biases.push_back(addressInMemory(b, words, biasOf(tile, tile.channel, row, b.index(columns.borderBefore()))));
  }
}

/// Inputs stay in registers as long as an output column needs them.
void QuadDepthwise::buildTile(Tile tile) {
  findStarts(tile);
  isStored = tile.columns > 1 && finishesInLoops();
  if (isStored && !stored)
    stored.emplace(b, b.getSchedule().getRows() * b.getSchedule().getPixels() * vectors * b.getLanes());
  SmallVector<Column> inputs;
  for (int64_t column = 0; column < tile.columns; ++column) {
    int64_t first = column * columns.stride;
    for (int64_t next = inputs.size(); next < first + columns.kernel; ++next)
      inputs.push_back(next < first ? Column() : readColumn(tile, next));
    finishColumn(tile, column, ArrayRef(inputs).slice(first, columns.kernel));
  }
  if (isStored)
    return finishStored(tile);
  storeResults();
}

/// The bytes of a group of rows, those under each other side by side.
QuadDepthwise::Column QuadDepthwise::unpackGroup(ArrayRef<Value> rows) {
  if (pairs) {
    auto words = getIntegerVector(b, together * lanes, 16);
    // With zeros beside them bytes are widened twice in one step.
    if (matchPattern(rows[1], m_Zero()))
      return {vector::BitCastOp::create(b, words, widen(b, rows[0], true))};
    Value bytes = vector::InterleaveOp::create(b, rows[0], rows[1]);
    return {arith::ExtUIOp::create(b, words, bytes)};
  }
  Column result;
  for (int64_t half = 0; half < vectors / 2; ++half) {
    Value low = unpackBytes(b, rows[0], rows[1], half > 0, 1), high = unpackBytes(b, rows[2], rows[3], half > 0, 1);
    result.push_back(unpackBytes(b, low, high, false, 2));
    result.push_back(unpackBytes(b, low, high, true, 2));
  }
  return result;
}

/// An input column; one that may lie outside the image is masked, or where all is held, passed over.
QuadDepthwise::Column QuadDepthwise::readColumn(const Tile &tile, int64_t column) {
  int64_t last = (tile.columns - 1) * columns.stride + columns.kernel;
  Value x = b.sub(b.add(b.mul(tile.column, columns.stride), column), b.index(columns.padBefore));
  bool isAtEdge = column < columns.padBefore || column >= last - columns.padAfter;
  if (!holdsAll) {
    Value isInside = isAtEdge ? b.isLess(x, b.index(columns.input)) : Value();
    return unpackColumn(tile, column, isAtEdge ? b.select(isInside, x, b.index(0)) : x,
                        isAtEdge ? maskOf(isInside) : Value());
  }
  if (std::optional<int64_t> place = getConstantIntValue(x); place && isAtEdge)
    return *place >= 0 && *place < columns.input ? unpackColumn(tile, column, x, Value()) : Column();
  return isAtEdge ? readEdge(tile, column, x) : unpackColumn(tile, column, x, Value());
}

/// An input column at place `x` where that is in the image, else zeros.
QuadDepthwise::Column QuadDepthwise::readEdge(const Tile &tile, int64_t column, Value x) {
  auto type = getIntegerVector(b, kQuadRows * lanes, 8);
  Value edge = b.accumulators("edge", groups * vectors, 1, type), first = b.index(0);
  for (int64_t place = 0; place < groups * vectors; ++place)
    b.set(splatInteger(b, 0, type), edge, b.index(place), first);
  b.when(b.isLess(x, b.index(columns.input)), [&] {
    for (auto [place, vector] : llvm::enumerate(unpackColumn(tile, column, x, Value())))
      b.set(vector, edge, b.index(static_cast<int64_t>(place)), first);
  });
  Column result;
  for (int64_t place = 0; place < groups * vectors; ++place)
    result.push_back(b.get(edge, b.index(place), first));
  return result;
}

/// The input column at place `x` of the image, and'ed with `mask` where that is there.
QuadDepthwise::Column QuadDepthwise::unpackColumn(const Tile &tile, int64_t column, Value x, Value mask) {
  auto read = [&](int64_t row) {
    int64_t count = tile.starts.size();
    // What has weights of 0 may be anything.
    if (row >= count && !holdsAll)
      return splatInteger(b, 0, byteType);
    row = std::min(row, count - 1);
    Value address = holdsAll ? b.add(tile.inputs[row], (column - columns.padBefore) * input.shape.block)
                             : b.elementAddress(input.shape, tile.channel, b.add(tile.starts[row], x));
    Value bytes = loadIntegers(b, input, address, channels);
    for (Value other : {tile.masks[row], mask})
      bytes = other ? arith::AndIOp::create(b, bytes, other).getResult() : bytes;
    return bytes;
  };
  Column result;
  for (int64_t group = 0; group < groups; ++group) {
    SmallVector<Value> rows;
    for (int64_t row = 0; row < together; ++row)
      rows.push_back(read(group * together + row));
    result.append(unpackGroup(rows));
  }
  return result;
}

/// Where code for each output would be long, or keep factors on the stack.
bool QuadDepthwise::finishesInLoops() const {
  constexpr int64_t kShifting = 8;
  bool hasLines = packed.requantization.isLine();
  if (hasManyRegisters(b.getTarget()))
    return hasLines;
  // These load their factors where they use them. The shifts of SSE, which are the same in all lanes, are several.
  bool isShort = packed.requantization.rounding == Rounding::Float || (hasLines && b.getLanes() >= kShifting);
  return !pairs || !isShort;
}

/// True where the window of output row `row` of a tile covers an input row of `group`.
bool QuadDepthwise::touches(int64_t row, int64_t group) const {
  int64_t top = row * rows.stride, first = group * together;
  return top < first + together && top + rows.kernel > first;
}

/// Where the biases of a border class stand.
Value QuadDepthwise::biasOf(const Tile &tile, Value channel, int64_t row, Value columnClass) {
  if (packed.rowClasses * packed.columnClasses == 1)
    return channel;
  Value rowClass = borderClass(b, rows, b.add(tile.row, row));
  Value classIndex = b.add(b.mul(rowClass, packed.columnClasses), columnClass);
  return b.add(channel, b.mul(classIndex, packed.biasRow));
}

/// What the sums of one output start at. Where all is held that is loaded for each of them: sums that started in
/// registers would be copied from there.
SmallVector<Value> QuadDepthwise::loadBiases(Tile &tile, Value channel, int64_t row, int64_t column) {
  bool isInner = column >= columns.borderBefore() && column < tile.columns - columns.borderAfter();
  Value columnClass = isInner ? b.index(columns.borderBefore()) : borderClass(b, columns, b.add(tile.column, column));
  SmallVector<Value> biases;
  if (isInner && holdsAll) {
    Value place = tile.biases[row] = hide(b, tile.biases[row]);
    for (int64_t vector = 0; vector < vectors; ++vector)
      biases.push_back(loadFromMemory(b, words, place, vector * lanes, lanes));
    return biases;
  }
  Value start = biasOf(tile, channel, row, columnClass);
  for (int64_t vector = 0; vector < vectors; ++vector)
    biases.push_back(loadIntegers(b, words, b.add(start, vector * lanes), lanes));
  return biases;
}

int64_t QuadDepthwise::placeOfWeights(int64_t row, int64_t group, int64_t kx, int64_t vector) const {
  return ((row * groups + group) * columns.kernel + kx) * vectors + vector;
}

/// Where loadWeights() finds those of the channels from `channel` on.
Value QuadDepthwise::findWeights(Value channel) {
  if (pairs)
    return pairs->address();
  return b.mul(channel, b.getSchedule().getRows() * groups * columns.kernel * together);
}

/// The vector of weights at `place` of those from `start` on.
Value QuadDepthwise::loadWeights(Value start, int64_t place) {
  int64_t width = together * lanes;
  return pairs ? pairs->load(start, place) : loadIntegers(b, filter, b.add(start, place * width), width);
}

/// `sum` and the products of a group of rows in one column.
Value QuadDepthwise::addProducts(Value sum, Value inputs, Value weights) {
  return pairs ? arith::AddIOp::create(b, sum, multiplyPairs(b, inputs, weights)).getResult()
               : multiplyGroups(b, form, inputs, weights, sum);
}

/// The vectors of sums of one output.
SmallVector<Value> QuadDepthwise::sumRow(Tile &tile, Value channel, int64_t row, int64_t column,
                                         ArrayRef<Column> inputs) {
  SmallVector<Value> sums = loadBiases(tile, channel, row, column);
  Value start = holdsWeights ? Value() : findWeights(channel);
  for (auto [vector, sum] : llvm::enumerate(sums))
    for (int64_t group = 0; group < groups; ++group)
      for (int64_t kx = 0; kx < columns.kernel && touches(row, group); ++kx)
        if (!inputs[kx].empty()) {
          int64_t place = placeOfWeights(row, group, kx, static_cast<int64_t>(vector));
          sum = addProducts(sum, inputs[kx][group * vectors + vector],
                            holdsWeights ? tile.weights[place] : loadWeights(start, place));
        }
  return sums;
}

/// `channel` is hidden, or factors would be in registers from the start of the kernel on. What is left for the last
/// turn has code of its own: taken with some outputs before it, V2 1.0/224 takes 1.02 of the time with `tflm`.
void QuadDepthwise::finishStored(const Tile &tile) {
  Value channel = hide(b, tile.channel);
  bool areHeld = holdsFactors(b.getTarget(), vectors);
  int64_t together = kQuadRows / vectors, rest = tile.columns % together;
  b.loop(tile.rows, [&](Value row) {
    auto finish = [&](Value first, int64_t count) {
      finishTogether(tile, areHeld ? channel : hide(b, channel), row, first, count);
    };
    b.loop(tile.columns / together, [&](Value turn) { finish(b.mul(turn, together), together); });
    if (rest > 0)
      finish(b.index(tile.columns - rest), rest);
  });
}

/// `count` stored outputs of row `row` of a tile, from column `first` on.
void QuadDepthwise::finishTogether(const Tile &tile, Value channel, Value row, Value first, int64_t count) {
  SmallVector<RequantizationVectors> factors = loadAllFactors(channel);
  Value start = b.add(b.resultRowStart(output.shape, b.add(tile.row, row)), tile.column);
  for (int64_t index = 0; index < count; ++index) {
    Value column = b.add(first, index), place = b.mul(b.add(b.mul(row, tile.columns), column), channels);
    SmallVector<Value> sums;
    for (auto [vector, factor] : llvm::enumerate(factors)) {
      Value sum = stored->get(b.add(place, static_cast<int64_t>(vector) * lanes), lanes);
      sums.push_back(requantize(b, narrowing, sum, factor));
    }
    results.push_back({sums, factors, b.elementAddress(output.shape, tile.channel, b.add(start, column))});
  }
  storeResults();
}

void QuadDepthwise::finishColumn(Tile &tile, int64_t column, ArrayRef<Column> inputs) {
  // Where registers do not hold them too, factors are operands in memory, as weights of bytes are.
  Value channel = holdsAll ? tile.channel : hide(b, tile.channel);
  for (int64_t row = 0; row < tile.rows; ++row) {
    SmallVector<Value> sums = sumRow(tile, channel, row, column, inputs);
    if (isStored) {
      for (auto [vector, sum] : llvm::enumerate(sums))
        stored->set(sum, b.index((row * tile.columns + column) * channels + static_cast<int64_t>(vector) * lanes));
      continue;
    }
    SmallVector<RequantizationVectors> factors = holdsAll ? tile.factors : loadAllFactors(channel);
    for (auto [sum, factor] : llvm::zip(sums, factors))
      sum = requantize(b, narrowing, sum, factor);
    Value pixel = b.add(b.add(b.resultRowStart(output.shape, b.add(tile.row, row)), tile.column), column);
    results.push_back({sums, factors,
                       tile.outputs.empty() ? b.elementAddress(output.shape, tile.channel, pixel)
                                            : b.add(tile.outputs[row], column * output.shape.block)});
    if (static_cast<int64_t>(results.size()) * vectors == kQuadRows)
      storeResults();
  }
}

/// The vectors that narrowTogether() takes are those of one output, of two or of four; where some are missing the last
/// one is taken again.
void QuadDepthwise::storeResults() {
  if (results.empty())
    return;
  SmallVector<Value> sums = results.front().sums;
  for (size_t next = 1; static_cast<int64_t>(sums.size()) < kQuadRows; ++next)
    llvm::append_range(sums, results[std::min(next, results.size() - 1)].sums);
  SmallVector<Value> bytes = narrowTogether(b, narrowing, sums, results.front().factors);
  for (auto [index, result] : llvm::enumerate(results))
    storeBytes(b, bytes[index], output, result.address);
  results.clear();
}

void lower::buildQuadDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  QuadDepthwise(b, op, buffers).build();
}
