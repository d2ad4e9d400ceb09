// SPDX-License-Identifier: Apache-2.0
// Dense layers of integers: sums of i32 start at the bias, take groups of input channels under each tap, and are
// requantised once.
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/DenseKernel.h"
#include "passes/lower/kernels/FrameWords.h"
#include "passes/lower/kernels/IntegerNarrowing.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/PartialSums.h"
#include "passes/lower/kernels/WidenedInputs.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class IntegerConvolution : public DenseKernel {
public:
  IntegerConvolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers)
      : DenseKernel(b, op, buffers), form(getIntegerForm(op)), packed(getIntegerPackedShape(op, b.getSchedule())),
        words(buffers[buffers.size() - 3]), filter(buffers[buffers.size() - 2]),
        channels(mn::getImageShape(op.getInput()).channels), filterZero(op.getFilterZeroPoint()),
        sumType(getIntegerVector(b, lanes)), narrowing(getNarrowing(op, packed)) {}

private:
  /// Reads the values of a group of input channels of one pixel of the tile, as multiplyGroups() takes them.
  using ReadGroup = llvm::function_ref<Value(Value pixel)>;
  /// The sum of a pixel and a vector, of those that are finished together.
  using SumOf = llvm::function_ref<Value(int64_t pixel, int64_t vector)>;

  void startPixels(Value row, Value column, int64_t pixels) override;
  void buildTile(Tile tile) override;
  Value loadStart(const Tile &tile, Value vector);
  void startSums(const Tile &tile);
  void reduceTaps(const Tile &tile);
  void reduceColumns(const Tile &tile, Value row, Value ky);
  Value addressOfTap(const Tile &tile, Value ky, Value kx);
  void reduceTap(const Tile &tile, Value inputAddress, Value weightAddress);
  void reduceRest(const Tile &tile, int64_t kx, bool readsAll, Value inputAddress, Value weightAddress);
  void reduceGroups(const Tile &tile, Value inputAddress, Value weightAddress, int64_t groups);
  void reduceFours(const Tile &tile, Value inputAddress, Value weightAddress, int64_t fours);
  void reduceSixteens(const Tile &tile, Value inputAddress, Value weightAddress, int64_t sixteens);
  void reduceAllSixteens(const Tile &tile, Value inputAddress, Value weightAddress);
  SmallVector<Value> readSixteen(const Tile &tile, Value inputAddress, Value channel);
  void addProducts(const Tile &tile, Value weightAddress, Value channel, ArrayRef<Value> inputs, int64_t vector);
  void takePartialSums(const Tile &tile, int64_t vector);
  void multiplyGroup(const Tile &tile, Value weightAddress, Value ones, ReadGroup read);
  Value pixelAddress(Value inputAddress, Value pixel);
  Value spread(Value bytes);
  Value readBytewise(Value address, int64_t start);
  Value makeOnes(int64_t group, int64_t start);
  void finishTile(const Tile &tile);
  void finishVector(const Tile &tile, Value vector, int64_t lastLanes);
  void finishTogether(const Tile &tile, int64_t first, int64_t vectors);
  bool isLooped(const Tile &tile, int64_t pixels) const;
  void finishLooped(const Tile &tile, int64_t first, int64_t vectors, Value channel);
  void finishPixels(const Tile &tile, int64_t first, ArrayRef<RequantizationVectors> factors, Value pixel,
                    int64_t pixels, SumOf sumOf);
  SmallVector<RequantizationVectors> loadFactorsFrom(Value channel, int64_t vectors);
  Value takeSum(const Tile &tile, Value pixel, Value vector);
  Value placeOf(const Tile &tile, Value pixel, Value vector);
  int64_t countWholeGroups() const;
  bool isStraight() const;

  IntegerForm form;
  IntegerPackedShape packed;
  Buffer words, filter;
  int64_t channels, filterZero;
  VectorType sumType;
  Narrowing narrowing;
  /// Where the words and the weights of the present panel start.
  Value panelWords, panelWeights;
  /// Where the filter has a zero point, the sums of each pixel's inputs.
  Value inputSums;
  /// Where inputs are widened first, those of the present tile.
  std::optional<WidenedInputs> widened;
  /// Sums that a loop finishes.
  std::optional<FrameWords> stored;
  /// Where the form has them, those of the present tile.
  std::optional<PartialSums> partial;
};

} // namespace

void IntegerConvolution::buildTile(Tile tile) {
  tile.sums = b.accumulators("sums", tile.pixels, tile.vectors, sumType);
  panelWords = b.mul(tile.channelVector, lanes),
  panelWeights = b.mul(panelWords, packed.filterElements / packed.biasRow);
  if (isStraight())
    panelWords = hide(b, panelWords), panelWeights = hide(b, panelWeights);
  if (filterZero != 0)
    inputSums = b.accumulators("input_sums", tile.pixels, 1, sumType);
  if (form.takesSixteens())
    partial.emplace(b, op, tile.pixels, tile.vectors);
  startSums(tile);
  reduceTaps(tile);
  for (int64_t vector = 0; partial && !isStraight() && vector < tile.vectors; ++vector)
    takePartialSums(tile, vector);
  finishTile(tile);
}

void IntegerConvolution::startPixels(Value, Value column, int64_t pixels) {
  if (form.widensFirst && !widened)
    widened.emplace(b, input, b.getSchedule().getPixels());
  if (widened)
    widened->widen(b.mul(inputStart ? b.add(inputStart, column) : column, input.shape.block), pixels);
}

/// The bias of the tile's border class.
Value IntegerConvolution::loadStart(const Tile &tile, Value vector) {
  Value address = b.add(panelWords, b.mul(vector, lanes));
  if (packed.rowClasses * packed.columnClasses > 1) {
    Value rowClass = borderClass(b, rows, tile.row);
    Value columnClass = tile.interior ? b.index(columns.borderBefore()) : borderClass(b, columns, tile.column);
    Value classIndex = b.add(b.mul(rowClass, packed.columnClasses), columnClass);
    address = b.add(address, b.mul(classIndex, packed.biasRow));
  }
  return loadIntegers(b, words, address, lanes);
}

void IntegerConvolution::startSums(const Tile &tile) {
  if (partial) {
    for (int64_t vector = 0; vector < tile.vectors; ++vector)
      partial->start(vector, partial->startAtBias() ? loadStart(tile, b.index(vector)) : Value());
    return;
  }
  b.loop(
      tile.vectors,
      [&](Value vector) {
        Value start = loadStart(tile, vector);
        b.loop(tile.pixels, [&](Value pixel) { b.set(start, tile.sums, pixel, vector); }, Unroll::Full);
      },
      Unroll::Full);
  if (filterZero != 0)
    b.loop(
        tile.pixels, [&](Value pixel) { b.set(splatInteger(b, 0, sumType), inputSums, pixel, b.index(0)); },
        Unroll::Full);
}

void IntegerConvolution::reduceTaps(const Tile &tile) {
  forEachTap(b, rows, tile.row, /*interior=*/false, [&](Value ky, Value y) {
    Value row = inputStart ? inputStart : b.rowStart(input.shape, y);
    // Where channels fill no group, what is read with the last of them depends on the column.
    if (countWholeGroups() < packed.tapGroups && channels < form.group)
      return reduceColumns(tile, row, ky);
    forEachTap(b, columns, tile.column, tile.interior, [&](Value kx, Value x) {
      Value inputAddress = b.mul(b.add(row, x), input.shape.block), weightAddress = addressOfTap(tile, ky, kx);
      reduceTap(tile, inputAddress, weightAddress);
      if (countWholeGroups() < packed.tapGroups)
        reduceRest(tile, 0, /*readsAll=*/true, inputAddress, weightAddress);
    });
  });
}

/// One row of taps whose columns are told apart. Inside the image there is a pixel beside each that a group may touch.
void IntegerConvolution::reduceColumns(const Tile &tile, Value row, Value ky) {
  Value first = b.mul(tile.column, columns.stride);
  for (int64_t kx = 0; kx < columns.kernel; ++kx) {
    Value x = b.sub(b.add(first, kx * columns.dilation), b.index(columns.padBefore));
    bool readsAll = tile.interior && columns.kernel > 1;
    auto reduce = [&] {
      reduceRest(tile, kx, readsAll, b.mul(b.add(row, x), input.shape.block), addressOfTap(tile, ky, b.index(kx)));
    };
    tile.interior ? reduce() : b.when(b.isLess(x, b.index(columns.input)), reduce);
  }
}

Value IntegerConvolution::addressOfTap(const Tile &tile, Value ky, Value kx) {
  int64_t tapWeights = packed.tapGroups * form.group * tile.vectors * lanes;
  return b.add(panelWeights, b.mul(b.add(b.mul(ky, columns.kernel), kx), tapWeights));
}

/// Groups that read the channels at their own place, and where inputs are summed, nothing else.
int64_t IntegerConvolution::countWholeGroups() const {
  int64_t last = packed.tapGroups - 1;
  bool isFull = channels % form.group == 0, isInPlace = getGroupStart(op, last, 0) == last * form.group;
  return isInPlace && channels >= form.group && (isFull || filterZero == 0) ? last + 1 : last;
}

/// True where a tile on AArch64 has no loop: LLVM would load all weights before the first tile, more than there are
/// registers, and keep them on the stack.
bool IntegerConvolution::isStraight() const {
  return form.product != IntegerForm::Product::Widened && !form.isUnsigned && rows.kernel * columns.kernel == 1 &&
         packed.tapGroups * form.group <= b.getSchedule().getUnroll();
}

void IntegerConvolution::reduceTap(const Tile &tile, Value inputAddress, Value weightAddress) {
  if (form.widensFirst) {
    if (b.getSchedule().getOrder() == mn::LoopOrder::PanelOuter)
      startPixels(tile.row, tile.column, tile.pixels);
    return widened->addProducts(filter, weightAddress, tile.sums, tile.vectors);
  }
  int64_t block = input.shape.block, blocks = channels / block;
  if (blocks <= 1)
    return reduceGroups(tile, inputAddress, weightAddress, countWholeGroups());
  b.loopUnrolledBy(blocks, std::max<int64_t>(b.getSchedule().getUnroll() / block, 1), [&](Value index) {
    reduceGroups(tile, b.add(inputAddress, b.mul(index, input.shape.blockStride())),
                 b.add(weightAddress, b.mul(index, block * tile.vectors * lanes)), block / form.group);
  });
}

/// The last group of a tap, which channels do not fill.
void IntegerConvolution::reduceRest(const Tile &tile, int64_t kx, bool readsAll, Value inputAddress,
                                    Value weightAddress) {
  int64_t group = packed.tapGroups - 1, start = getGroupStart(op, group, kx);
  Value weights = b.add(weightAddress, group * form.group * tile.vectors * lanes);
  multiplyGroup(tile, weights, makeOnes(group, start), [&](Value pixel) {
    Value address = pixelAddress(inputAddress, pixel);
    return spread(
        readsAll ? loadIntegers(b, input, b.sub(b.add(address, start + form.group), b.index(form.group)), form.group)
                 : readBytewise(address, start));
  });
}

void IntegerConvolution::reduceGroups(const Tile &tile, Value inputAddress, Value weightAddress, int64_t groups) {
  if (partial)
    return reduceSixteens(tile, inputAddress, weightAddress, groups);
  constexpr int64_t kFour = 4;
  int64_t panelWidth = tile.vectors * lanes, done = 0;
  if (form.product == IntegerForm::Product::SignedQuads) {
    done = groups / kFour * kFour;
    reduceFours(tile, inputAddress, weightAddress, groups / kFour);
  }
  Value ones = makeOnes(0, 0);
  b.loopUnrolledBy(groups - done, std::max<int64_t>(b.getSchedule().getUnroll() / form.group, 1), [&](Value turn) {
    Value channel = b.mul(b.add(turn, done), form.group);
    multiplyGroup(tile, b.add(weightAddress, b.mul(channel, panelWidth)), ones, [&](Value pixel) {
      return spread(loadIntegers(b, input, b.add(pixelAddress(inputAddress, pixel), channel), form.group));
    });
  });
}

/// Four groups of a pixel are one load; the instruction picks its lane.
void IntegerConvolution::reduceFours(const Tile &tile, Value inputAddress, Value weightAddress, int64_t fours) {
  constexpr int64_t kBytes = 16;
  auto quads = getIntegerVector(b, kBytes / form.group);
  Value values = b.accumulators("inputs", tile.pixels, 1, quads), zero = b.index(0), ones = makeOnes(0, 0);
  b.loopUnrolledBy(fours, std::max<int64_t>(b.getSchedule().getUnroll() / kBytes, 1), [&](Value turn) {
    Value channel = b.mul(turn, kBytes);
    b.loop(
        tile.pixels,
        [&](Value pixel) {
          Value bytes = loadIntegers(b, input, b.add(pixelAddress(inputAddress, pixel), channel), kBytes);
          b.set(vector::BitCastOp::create(b, quads, bytes), values, pixel, zero);
        },
        Unroll::Full);
    for (int64_t quad = 0; quad < kBytes / form.group; ++quad) {
      Value weights = b.add(weightAddress, b.mul(b.add(channel, quad * form.group), tile.vectors * lanes));
      multiplyGroup(tile, weights, ones, [&](Value pixel) -> Value {
        Value lane = b.shuffle(b.get(values, pixel, zero), Value(), {quad, quad, quad, quad});
        return vector::BitCastOp::create(b, getIntegerVector(b, kBytes, 8), lane);
      });
    }
  });
}

/// 16 channels of a pixel are one load.
SmallVector<Value> IntegerConvolution::readSixteen(const Tile &tile, Value inputAddress, Value channel) {
  SmallVector<Value> pixels;
  for (int64_t pixel = 0; pixel < tile.pixels; ++pixel)
    pixels.push_back(loadIntegers(b, input, b.add(pixelAddress(inputAddress, b.index(pixel)), channel), form.group));
  return partial->arrange(pixels);
}

/// The products of `inputs`, 16 channels from `channel` on.
void IntegerConvolution::addProducts(const Tile &tile, Value weightAddress, Value channel, ArrayRef<Value> inputs,
                                     int64_t vector) {
  Value panel = b.add(weightAddress, b.mul(channel, tile.vectors * lanes));
  partial->addProducts(inputs, vector, [&](int64_t quarter) {
    return loadIntegers(b, filter, b.add(panel, (vector * lanes + quarter) * form.group), form.group);
  });
}

void IntegerConvolution::reduceSixteens(const Tile &tile, Value inputAddress, Value weightAddress, int64_t sixteens) {
  if (isStraight())
    return reduceAllSixteens(tile, inputAddress, weightAddress);
  b.loopUnrolledBy(sixteens, std::max<int64_t>(b.getSchedule().getUnroll() / form.group, 1), [&](Value turn) {
    Value channel = b.mul(turn, form.group);
    SmallVector<Value> inputs = readSixteen(tile, inputAddress, channel);
    for (int64_t vector = 0; vector < tile.vectors; ++vector)
      addProducts(tile, weightAddress, channel, inputs, vector);
    if (filterZero != 0)
      partial->addInputs(inputs);
  });
}

/// Inputs of all channels are few: the sums of one vector are finished before those of the next start.
void IntegerConvolution::reduceAllSixteens(const Tile &tile, Value inputAddress, Value weightAddress) {
  SmallVector<SmallVector<Value>> inputs;
  for (int64_t group = 0; group < packed.tapGroups; ++group) {
    inputs.push_back(readSixteen(tile, inputAddress, b.index(group * form.group)));
    if (filterZero != 0)
      partial->addInputs(inputs.back());
  }
  for (int64_t vector = 0; vector < tile.vectors; ++vector) {
    for (int64_t group = 0; group < packed.tapGroups; ++group)
      addProducts(tile, weightAddress, b.index(group * form.group), inputs[group], vector);
    takePartialSums(tile, vector);
  }
}

void IntegerConvolution::takePartialSums(const Tile &tile, int64_t vector) {
  for (int64_t pixel = 0; pixel < tile.pixels; ++pixel) {
    Value sum = partial->take(pixel, vector), column = b.index(vector);
    if (!partial->startAtBias())
      sum = arith::AddIOp::create(b, sum, loadStart(tile, column));
    b.set(sum, tile.sums, b.index(pixel), column);
    if (filterZero != 0 && vector == 0)
      b.set(partial->takeInputs(pixel), inputSums, b.index(pixel), b.index(0));
  }
}

Value IntegerConvolution::pixelAddress(Value inputAddress, Value pixel) {
  return b.add(inputAddress, b.mul(pixel, columns.stride * input.shape.block));
}

/// `bytes`, one group, for every lane of the sums.
Value IntegerConvolution::spread(Value bytes) {
  constexpr int64_t kBits = 8;
  auto word = VectorType::get({1}, b.getIntegerType(form.group * kBits));
  Value scalar = vector::ExtractOp::create(b, vector::BitCastOp::create(b, word, bytes), 0);
  // NEON multiplies words of 16 bits, and extends a byte with a sign when it is loaded.
  if (form.product == IntegerForm::Product::Widened && !form.isUnsigned && lanes > 1)
    return vector::BroadcastOp::create(b, getIntegerVector(b, lanes, 16),
                                       arith::ExtSIOp::create(b, b.getI16Type(), scalar));
  Value all = vector::BroadcastOp::create(b, VectorType::get({lanes}, word.getElementType()), scalar);
  return vector::BitCastOp::create(b, getIntegerVector(b, lanes * form.group, kBits), all);
}

/// A group whose neighbours may lie outside the tensor: channels that there are, and zeros.
Value IntegerConvolution::readBytewise(Value address, int64_t start) {
  SmallVector<Value> bytes;
  for (int64_t channel = start; channel < start + form.group; ++channel)
    bytes.push_back(channel < 0 || channel >= channels
                        ? arith::ConstantOp::create(b, b.getIntegerAttr(b.getI8Type(), 0)).getResult()
                        : memref::LoadOp::create(b, input.memref, ValueRange(b.add(address, channel))).getResult());
  return vector::FromElementsOp::create(b, getIntegerVector(b, form.group, 8), bytes);
}

/// Weights of 1 for the channels of a group that starts to read at channel `start`; null without a use for them.
Value IntegerConvolution::makeOnes(int64_t group, int64_t start) {
  if (filterZero == 0)
    return Value();
  auto type = getIntegerVector(b, lanes * form.group, 8);
  SmallVector<Attribute> ones(lanes * form.group);
  for (int64_t lane = 0; lane < lanes; ++lane)
    for (int64_t element = 0; element < form.group; ++element) {
      int64_t channel = start + element;
      bool isCounted = channel >= group * form.group && channel < channels;
      ones[form.placeInGroup(element, lane, lanes)] = b.getIntegerAttr(type.getElementType(), isCounted);
    }
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, ones));
}

void IntegerConvolution::multiplyGroup(const Tile &tile, Value weightAddress, Value ones, ReadGroup read) {
  int64_t width = lanes * form.group;
  Value zero = b.index(0);
  auto loadWeights = [&](Value vector) {
    return loadIntegers(b, filter, b.add(weightAddress, b.mul(vector, width)), width);
  };
  auto multiply = [&](Value values, Value weights, Value sums, Value pixel, Value vector) {
    b.set(multiplyGroups(b, form, values, weights, b.get(sums, pixel, vector)), sums, pixel, vector);
  };
  auto forEach = [&](int64_t count, KernelBuilder::Body body) { b.loop(count, body, Unroll::Full); };
  // Pairs are made of the values once, and take two registers a pixel; where an instruction takes a lane of them they
  // are in registers too: weights come one vector after another.
  if (form.takesPairs() || form.product == IntegerForm::Product::SignedQuads) {
    Value values = b.accumulators("inputs", tile.pixels, 1, getIntegerVector(b, width, 8));
    forEach(tile.pixels, [&](Value pixel) {
      b.set(read(pixel), values, pixel, zero);
      if (ones)
        multiply(b.get(values, pixel, zero), ones, inputSums, pixel, zero);
    });
    return forEach(tile.vectors, [&](Value vector) {
      Value weights = loadWeights(vector);
      forEach(tile.pixels,
              [&](Value pixel) { multiply(b.get(values, pixel, zero), weights, tile.sums, pixel, vector); });
    });
  }
  Value panel = b.accumulators("panel", 1, tile.vectors, getIntegerVector(b, width, 8));
  forEach(tile.vectors, [&](Value vector) { b.set(loadWeights(vector), panel, zero, vector); });
  forEach(tile.pixels, [&](Value pixel) {
    Value values = read(pixel);
    forEach(tile.vectors,
            [&](Value vector) { multiply(values, b.get(panel, zero, vector), tile.sums, pixel, vector); });
    if (ones)
      multiply(values, ones, inputSums, pixel, zero);
  });
}

/// The sum of `pixel` less what the filter's zero point adds.
Value IntegerConvolution::takeSum(const Tile &tile, Value pixel, Value vector) {
  Value sum = b.get(tile.sums, pixel, vector);
  if (filterZero == 0)
    return sum;
  Value inputs = b.get(inputSums, pixel, b.index(0));
  return arith::SubIOp::create(b, sum, arith::MulIOp::create(b, inputs, splatInteger(b, filterZero, sumType)));
}

Value IntegerConvolution::placeOf(const Tile &tile, Value pixel, Value vector) {
  Value start = b.add(outputStart ? outputStart : b.resultRowStart(output.shape, tile.row), tile.column);
  return b.vectorAddress(output.shape, b.add(tile.channelVector, vector), b.add(start, pixel));
}

void IntegerConvolution::finishVector(const Tile &tile, Value vector, int64_t lastLanes) {
  RequantizationVectors factors = loadFactors(b, words, packed, b.add(panelWords, b.mul(vector, lanes)), lanes);
  b.loop(
      tile.pixels,
      [&](Value pixel) {
        Value sum = requantize(b, narrowing.rounding, takeSum(tile, pixel, vector), factors);
        Value bytes = narrow(b, sum, narrowing.zeroPoint, narrowing.range);
        storeBytes(b, bytes, output, placeOf(tile, pixel, vector), lastLanes);
      },
      Unroll::Full);
}

SmallVector<RequantizationVectors> IntegerConvolution::loadFactorsFrom(Value channel, int64_t vectors) {
  SmallVector<RequantizationVectors> factors;
  for (int64_t vector = 0; vector < vectors; ++vector)
    factors.push_back(loadFactors(b, words, packed, b.add(channel, vector * lanes), lanes));
  return factors;
}

/// `vectors` vectors from `first` on: the sums of one, two or four pixels at a time become bytes.
void IntegerConvolution::finishTogether(const Tile &tile, int64_t first, int64_t vectors) {
  int64_t pixels = kQuadRows / vectors;
  Value channel = b.add(panelWords, first * lanes);
  if (isLooped(tile, pixels))
    return finishLooped(tile, first, vectors, hide(b, channel));
  SmallVector<RequantizationVectors> factors = loadFactorsFrom(channel, vectors);
  for (int64_t pixel = 0; pixel < tile.pixels; pixel += pixels)
    finishPixels(
        tile, first, factors, b.index(pixel), std::min(pixels, tile.pixels - pixel),
        [&](int64_t place, int64_t vector) { return takeSum(tile, b.index(pixel + place), b.index(first + vector)); });
}

/// `pixels` of the tile's from `pixel` on; of those that are missing to whole vectors the last one is taken again.
void IntegerConvolution::finishPixels(const Tile &tile, int64_t first, ArrayRef<RequantizationVectors> factors,
                                      Value pixel, int64_t pixels, SumOf sumOf) {
  auto vectors = static_cast<int64_t>(factors.size());
  SmallVector<Value> sums;
  for (int64_t index = 0; index < kQuadRows; ++index) {
    int64_t vector = index % vectors;
    Value sum = sumOf(std::min(index / vectors, pixels - 1), vector);
    sums.push_back(requantize(b, narrowing, sum, factors[vector]));
  }
  SmallVector<Value> bytes = narrowTogether(b, narrowing, sums, factors);
  for (int64_t place = 0; place < pixels; ++place)
    storeBytes(b, bytes[place], output, placeOf(tile, b.add(pixel, place), b.index(first)));
}

/// Where lines of each pixel would be long code, registers hold their factors, and there are two turns of `pixels`
/// pixels or more. Fewer registers are all taken by sums, which the loop would have to wait for in memory.
bool IntegerConvolution::isLooped(const Tile &tile, int64_t pixels) const {
  return packed.requantization.isLine() && hasManyRegisters(b.getTarget()) && tile.pixels >= 2 * pixels;
}

/// What is left of pixels for the last turn is taken with some before it, whose bytes are stored twice. `channel` is
/// hidden, or factors would be in registers from the start of the kernel on.
void IntegerConvolution::finishLooped(const Tile &tile, int64_t first, int64_t vectors, Value channel) {
  if (!stored)
    stored.emplace(b, b.getSchedule().getPixels() * b.getSchedule().getChannels());
  for (int64_t pixel = 0; pixel < tile.pixels; ++pixel)
    for (int64_t vector = 0; vector < vectors; ++vector)
      stored->set(takeSum(tile, b.index(pixel), b.index(first + vector)), b.index((pixel * vectors + vector) * lanes));
  int64_t pixels = kQuadRows / vectors, turns = (tile.pixels + pixels - 1) / pixels;
  SmallVector<RequantizationVectors> factors = loadFactorsFrom(channel, vectors);
  b.loop(turns, [&](Value turn) {
    Value start = b.mul(turn, pixels);
    if (tile.pixels % pixels != 0)
      start = b.min(start, b.index(tile.pixels - pixels));
    finishPixels(tile, first, factors, start, pixels, [&](int64_t pixel, int64_t vector) {
      return stored->get(b.mul(b.add(b.mul(start, vectors), pixel * vectors + vector), lanes), lanes);
    });
  });
}

void IntegerConvolution::finishTile(const Tile &tile) {
  if (tile.lastLanes == 0 && lanes >= kQuadRows) {
    for (int64_t first = 0, vectors = 0; first < tile.vectors; first += vectors) {
      vectors = countNarrowed(output.shape, first, tile.vectors, lanes, b.getSchedule().getChannels());
      finishTogether(tile, first, vectors);
    }
    return;
  }
  int64_t whole = tile.lastLanes == 0 ? tile.vectors : tile.vectors - 1;
  b.loop(whole, [&](Value vector) { finishVector(tile, vector, 0); }, Unroll::Full);
  if (tile.lastLanes != 0)
    finishVector(tile, b.index(whole), tile.lastLanes);
}

void lower::buildIntegerConvolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers) {
  IntegerConvolution(b, op, buffers).build();
}
