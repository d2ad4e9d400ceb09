// SPDX-License-Identifier: Apache-2.0
// Dense layers of floats: a tile is filled from the bias, runs over (ky, kx, c) ascending, and is finished once.
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/DenseKernel.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <array>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class Convolution : public DenseKernel {
public:
  Convolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers);

private:
  void buildTile(Tile tile) override;
  void startSums(const Tile &tile);
  void setStart(const Tile &tile, Value vector, Value bias);
  void unpackMatrices(const Tile &tile);
  void reduceTaps(const Tile &tile);
  void reduceChannels(const Tile &tile, Value inputAddress, Value weightAddress);
  Value addressAhead(const Tile &tile, Value panelAddress, Value block, int64_t blocks);
  void prefetchLines(Value address, Value first, int64_t count);
  void reduceRun(const Tile &tile, Value inputAddress, Value weightAddress, int64_t channels, Value ahead);
  void reduceByLanes(const Tile &tile, Value inputAddress, Value weightAddress, int64_t channels);
  void reduceByPairs(const Tile &tile, Value inputAddress, Value weightAddress, int64_t pairs);
  void reduceByMatrices(const Tile &tile, Value inputAddress, Value weightAddress, int64_t groups);
  Value loadPixelPair(Value address, bool isWhole);
  void multiplyLane(const Tile &tile, Value weightAddress, Value values, Value lane);
  void multiplyAccumulate(const Tile &tile, Value weightAddress, llvm::function_ref<Value(Value pixel)> input);
  void updateSums(const Tile &tile, Value panel, llvm::function_ref<Value(Value pixel)> input,
                  llvm::function_ref<Value(Value input, Value weight, Value sum)> multiply);
  void finishTile(const Tile &tile);
  void finishVector(const Tile &tile, Value pixel, Value vector, int64_t lanes);
  Value finishValue(Value sum, Value address);

  PackedShape packed;
  PackedBuffers weights;
  /// `lineWeights`: how many of the filter's values fill a line of the caches; `laneChannels`: input channels that one
  /// load brings where each fma takes a lane, or 0.
  int64_t reduction, lineWeights, laneChannels;
  bool isByMatrices;
};

} // namespace

Convolution::Convolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers)
    : DenseKernel(b, op, buffers), packed(getPackedShape(op, b.getLanes())),
      weights(getPackedBuffers(op, packed, buffers)) {
  reduction = (packed.elements - packed.biasElements) / packed.biasRow;
  lineWeights = b.getTarget().getInteger("line_bytes", 64) * 8 /
                cast<MemRefType>(weights.filter.memref.getType()).getElementTypeBitWidth();
  laneChannels = takesLanes(op, lanes, b.getTarget().hasLaneFma()) ? countLaneChannels(op) : 0;
  isByMatrices = hasMatrices(op, lanes);
}

void Convolution::buildTile(Tile tile) {
  tile.sums = b.accumulators("sums", tile.pixels, tile.vectors);
  if (isByMatrices)
    tile.matrices = b.accumulators("matrices", (tile.pixels + 1) / 2, 2 * tile.vectors);
  startSums(tile);
  reduceTaps(tile);
  if (isByMatrices)
    unpackMatrices(tile);
  finishTile(tile);
}

void Convolution::startSums(const Tile &tile) {
  Value address = b.mul(tile.channelVector, lanes);
  if (packed.rowClasses * packed.columnClasses > 1) {
    Value rowClass = borderClass(b, rows, tile.row);
    Value columnClass = tile.interior ? b.index(columns.borderBefore()) : borderClass(b, columns, tile.column);
    Value classIndex = b.add(b.mul(rowClass, packed.columnClasses), columnClass);
    address = b.add(address, b.mul(classIndex, packed.biasRow));
  }
  b.loop(
      tile.vectors,
      [&](Value vector) { setStart(tile, vector, b.load(weights.bias, b.add(address, b.mul(vector, lanes)))); },
      Unroll::Full);
}

void Convolution::setStart(const Tile &tile, Value vector, Value bias) {
  if (!isByMatrices)
    return b.loop(tile.pixels, [&](Value pixel) { b.set(bias, tile.sums, pixel, vector); }, Unroll::Full);
  Value low = b.shuffle(bias, Value(), {0, 1, 0, 1}), high = b.shuffle(bias, Value(), {2, 3, 2, 3});
  b.loop((tile.pixels + 1) / 2,
         [&](Value pair) {
           b.set(low, tile.matrices, pair, b.mul(vector, 2));
           b.set(high, tile.matrices, pair, b.add(b.mul(vector, 2), 1));
         },
         Unroll::Full);
}

/// Two matrices side by side are four channels of two pixels.
void Convolution::unpackMatrices(const Tile &tile) {
  for (int64_t pixel = 0; pixel < tile.pixels; ++pixel)
    b.loop(
        tile.vectors,
        [&](Value vector) {
          Value pair = b.index(pixel / 2), first = b.mul(vector, 2);
          Value low = b.get(tile.matrices, pair, first), high = b.get(tile.matrices, pair, b.add(first, 1));
          auto lanes = pixel % 2 == 0 ? std::array<int64_t, 4>{0, 1, 4, 5} : std::array<int64_t, 4>{2, 3, 6, 7};
          b.set(b.shuffle(low, high, lanes), tile.sums, b.index(pixel), vector);
        },
        Unroll::Full);
}

void Convolution::reduceTaps(const Tile &tile) {
  int64_t panelWidth = tile.vectors * lanes, channels = input.shape.image.channels;
  bool takesRow = tile.interior && laneChannels > 0 && hasRowRuns(op);
  Value panel = b.add(b.mul(tile.channelVector, lanes * reduction), weights.filterStart);
  forEachTap(b, rows, tile.row, /*interior=*/false, [&](Value ky, Value y) {
    auto reduce = [&](Value kx, Value x) {
      Value pixel = b.add(inputStart ? inputStart : b.rowStart(input.shape, y), x);
      Value tap = b.add(b.mul(ky, columns.kernel), kx);
      Value from = b.mul(pixel, input.shape.block), with = b.add(panel, b.mul(tap, channels * panelWidth));
      if (takesRow)
        reduceRun(tile, from, with, columns.kernel * channels, Value());
      else
        reduceChannels(tile, from, with);
    };
    if (takesRow)
      return reduce(b.index(0), b.sub(b.mul(tile.column, columns.stride), b.index(columns.padBefore)));
    forEachTap(b, columns, tile.column, tile.interior, reduce);
  });
}

void Convolution::reduceChannels(const Tile &tile, Value inputAddress, Value weightAddress) {
  int64_t channels = input.shape.image.channels, block = std::min(input.shape.block, channels);
  int64_t blockWeights = block * tile.vectors * lanes, blocks = channels / block;
  // Where a block is shorter than what is to be unrolled, whole blocks are.
  b.loopUnrolledBy(blocks, std::max<int64_t>(b.getSchedule().getUnroll() / block, 1), [&](Value index) {
    Value ahead = b.getSchedule().getPrefetch() > 0 ? addressAhead(tile, weightAddress, index, blocks) : Value();
    reduceRun(tile, b.add(inputAddress, b.mul(index, input.shape.blockStride())),
              b.add(weightAddress, b.mul(index, blockWeights)), block, ahead);
  });
  if (channels % block != 0)
    reduceRun(tile, b.add(inputAddress, blocks * input.shape.blockStride()),
              b.add(weightAddress, blocks * blockWeights), channels % block, Value());
}

/// The weights of the next panel that this tile asks for while it works on `block`: all tiles of a panel together ask
/// for the whole of the next, each for its share. Threads that share the pixels have a cache each, so whatever tiles
/// they take must ask for all of it: the shares go round.
Value Convolution::addressAhead(const Tile &tile, Value panelAddress, Value block, int64_t blocks) {
  int64_t burst = b.getSchedule().getPrefetch() * lineWeights, panel = reduction * tile.vectors * lanes;
  Value share = b.mul(b.add(b.mul(tile.number, blocks), block), burst);
  if (b.getSchedule().getParts() > 1 && b.getSchedule().getSplit() == mn::Split::Pixels)
    share = b.rem(share, panel);
  return b.min(b.add(b.add(panelAddress, panel), share), b.index(weights.filter.shape.elements() - burst));
}

void Convolution::prefetchLines(Value address, Value first, int64_t count) {
  b.loop(
      count, [&](Value line) { b.prefetch(weights.filter, b.add(address, b.mul(b.add(first, line), lineWeights))); },
      Unroll::Full);
}

/// One block of input channels or what is left of the last, or those of a kernel row. `ahead` is where to prefetch, or
/// null.
void Convolution::reduceRun(const Tile &tile, Value inputAddress, Value weightAddress, int64_t channels, Value ahead) {
  int64_t panelWidth = tile.vectors * lanes, pixelStride = columns.stride * input.shape.block, done = 0;
  bool isByPairs = hasPairs(op, lanes), takesLanes = laneChannels > 0 && channels >= laneChannels;
  auto reduceChannel = [&](Value c) {
    Value from = b.add(inputAddress, c), with = b.add(weightAddress, b.mul(c, panelWidth));
    if (takesLanes)
      return reduceByLanes(tile, from, with, 1);
    multiplyAccumulate(
        tile, with, [&](Value pixel) { return b.splat(b.loadScalar(input, b.add(from, b.mul(pixel, pixelStride)))); });
  };
  int64_t unroll = b.getSchedule().getUnroll(), lines = ahead ? b.getSchedule().getPrefetch() : 0;
  int64_t turns = channels / unroll,
          linesOfTurn = channels % unroll == 0 && !takesLanes && !isByPairs && !isByMatrices ? lines / turns : 0;
  if (ahead)
    prefetchLines(ahead, b.index(linesOfTurn * turns), lines - linesOfTurn * turns);
  if (isByMatrices)
    return reduceByMatrices(tile, inputAddress, weightAddress, channels / 4);
  if (isByPairs)
    return reduceByPairs(tile, inputAddress, weightAddress, channels / 2);
  if (takesLanes) {
    int64_t groups = channels / laneChannels;
    b.loopUnrolledBy(groups, std::max<int64_t>(unroll / laneChannels, 1), [&](Value group) {
      Value c = b.mul(group, laneChannels);
      reduceByLanes(tile, b.add(inputAddress, c), b.add(weightAddress, b.mul(c, panelWidth)), laneChannels);
    });
    done = groups * laneChannels;
  }
  if (linesOfTurn == 0)
    return b.loopUnrolledBy(channels - done, unroll, [&](Value channel) { reduceChannel(b.add(channel, done)); });
  // A burst of requests would wait for the buffers of misses: each turn makes a few.
  b.loop(turns, [&](Value turn) {
    prefetchLines(ahead, b.mul(turn, linesOfTurn), linesOfTurn);
    b.loop(unroll, [&](Value channel) { reduceChannel(b.add(b.mul(turn, unroll), channel)); }, Unroll::Full);
  });
}

/// `channels` of each pixel, at most as many as a register holds, are one load; the fma picks its lane.
void Convolution::reduceByLanes(const Tile &tile, Value inputAddress, Value weightAddress, int64_t channels) {
  int64_t panelWidth = tile.vectors * lanes, pixelStride = columns.stride * input.shape.block;
  Value values = b.accumulators("inputs", tile.pixels, 1, b.getVectorType(channels));
  b.loop(
      tile.pixels,
      [&](Value pixel) {
        Value address = b.add(inputAddress, b.mul(pixel, pixelStride));
        b.set(b.load(input, address, channels), values, pixel, b.index(0));
      },
      Unroll::Full);
  b.loop(
      channels, [&](Value lane) { multiplyLane(tile, b.add(weightAddress, b.mul(lane, panelWidth)), values, lane); },
      Unroll::Full);
}

/// Two input channels of a pixel are one word, spread over a vector; the panel holds their weights side by side.
void Convolution::reduceByPairs(const Tile &tile, Value inputAddress, Value weightAddress, int64_t pairs) {
  int64_t panelWidth = tile.vectors * lanes, pixelStride = columns.stride * input.shape.block;
  auto pairType = VectorType::get({2 * lanes}, b.getBF16Type());
  Value panel = b.accumulators("panel", 1, tile.vectors, pairType);
  auto loadPanel = [&](Value pair) {
    b.loop(
        tile.vectors,
        [&](Value vector) {
          Value address = b.add(b.add(weightAddress, b.mul(pair, 2 * panelWidth)), b.mul(vector, 2 * lanes));
          b.set(vector::LoadOp::create(b, pairType, weights.filter.memref, ValueRange(address)), panel, b.index(0),
                vector);
        },
        Unroll::Full);
  };
  b.loopUnrolledBy(pairs, std::max<int64_t>(b.getSchedule().getUnroll() / 2, 1), [&](Value pair) {
    loadPanel(pair);
    auto readPair = [&](Value pixel) {
      return b.splatPair(input, b.add(b.add(inputAddress, b.mul(pair, 2)), b.mul(pixel, pixelStride)));
    };
    updateSums(tile, panel, readPair,
               [&](Value values, Value weight, Value sum) { return b.dot(values, weight, sum); });
  });
}

/// Four input channels of two pixels are one load, four weights of two channels another.
void Convolution::reduceByMatrices(const Tile &tile, Value inputAddress, Value weightAddress, int64_t groups) {
  int64_t panelWidth = tile.vectors * lanes, block = input.shape.block, pairs = (tile.pixels + 1) / 2;
  auto matrixType = VectorType::get({2 * lanes}, b.getBF16Type());
  Value values = b.accumulators("inputs", pairs, 1, matrixType);
  b.loop(groups, [&](Value group) {
    Value from = b.add(inputAddress, b.mul(group, input.shape.blockStride()));
    for (int64_t pair = 0; pair < pairs; ++pair)
      b.set(loadPixelPair(b.add(from, 2 * pair * block), 2 * pair + 1 < tile.pixels), values, b.index(pair),
            b.index(0));
    b.loop(
        2 * tile.vectors,
        [&](Value column) {
          Value address = b.add(b.add(weightAddress, b.mul(group, 4 * panelWidth)), b.mul(column, 2 * lanes));
          Value weight = vector::LoadOp::create(b, matrixType, weights.filter.memref, ValueRange(address));
          b.loop(
              pairs,
              [&](Value pair) {
                Value value = b.get(values, pair, b.index(0)), sum = b.get(tile.matrices, pair, column);
                b.set(b.multiplyMatrices(value, weight, sum), tile.matrices, pair, column);
              },
              Unroll::Full);
        },
        Unroll::Full);
  });
}

/// The block of input channels at `address` of a pixel, and that of the next one unless the tile ends.
Value Convolution::loadPixelPair(Value address, bool isWhole) {
  int64_t block = input.shape.block;
  auto type = VectorType::get({isWhole ? 2 * block : block}, b.getBF16Type());
  Value values = vector::LoadOp::create(b, type, input.memref, ValueRange(address));
  return isWhole ? values : b.shuffle(values, Value(), {0, 1, 2, 3, 0, 1, 2, 3});
}

/// Each vector of weights is done with before the next is loaded, so few are in registers.
void Convolution::multiplyLane(const Tile &tile, Value weightAddress, Value values, Value lane) {
  b.loop(
      tile.vectors,
      [&](Value vector) {
        Value weight = b.load(weights.filter, b.add(weightAddress, b.mul(vector, lanes)));
        b.loop(
            tile.pixels,
            [&](Value pixel) {
              Value scalar = b.get(values, pixel, b.index(0));
              if (isa<VectorType>(scalar.getType()))
                scalar = vector::ExtractOp::create(b, scalar, OpFoldResult(lane));
              Value sum = b.fma(b.splat(scalar), weight, b.get(tile.sums, pixel, vector));
              b.set(sum, tile.sums, pixel, vector);
            },
            Unroll::Full);
      },
      Unroll::Full);
}

void Convolution::multiplyAccumulate(const Tile &tile, Value weightAddress, llvm::function_ref<Value(Value)> getInput) {
  Value panel = b.accumulators("panel", 1, tile.vectors);
  b.loop(
      tile.vectors,
      [&](Value vector) {
        b.set(b.load(weights.filter, b.add(weightAddress, b.mul(vector, lanes))), panel, b.index(0), vector);
      },
      Unroll::Full);
  updateSums(tile, panel, getInput, [&](Value value, Value weight, Value sum) { return b.fma(value, weight, sum); });
}

/// Multiplies each pixel's input with each vector of weights in `panel`, into the sum of both.
void Convolution::updateSums(const Tile &tile, Value panel, llvm::function_ref<Value(Value)> getInput,
                             llvm::function_ref<Value(Value, Value, Value)> multiply) {
  b.loop(
      tile.pixels,
      [&](Value pixel) {
        Value value = getInput(pixel);
        b.loop(
            tile.vectors,
            [&](Value vector) {
              Value weight = b.get(panel, b.index(0), vector);
              b.set(multiply(value, weight, b.get(tile.sums, pixel, vector)), tile.sums, pixel, vector);
            },
            Unroll::Full);
      },
      Unroll::Full);
}

void Convolution::finishTile(const Tile &tile) {
  int64_t whole = tile.lastLanes == 0 ? tile.vectors : tile.vectors - 1;
  b.loop(
      tile.pixels,
      [&](Value pixel) {
        b.loop(whole, [&](Value vector) { finishVector(tile, pixel, vector, 0); }, Unroll::Full);
        if (tile.lastLanes != 0)
          finishVector(tile, pixel, b.index(whole), tile.lastLanes);
      },
      Unroll::Full);
}

void Convolution::finishVector(const Tile &tile, Value pixel, Value vector, int64_t lastLanes) {
  Value row = outputStart ? outputStart : b.resultRowStart(output.shape, tile.row);
  Value place = b.add(b.add(row, tile.column), pixel);
  Value address = b.vectorAddress(output.shape, b.add(tile.channelVector, vector), place);
  Value sum = b.get(tile.sums, pixel, vector);
  if (lastLanes == 0)
    return b.store(finishValue(sum, address), output, address);
  for (int64_t lane = 0; lane < lastLanes; ++lane) {
    Value element = b.add(address, lane);
    b.store(finishValue(vector::ExtractOp::create(b, sum, lane), element), output, element);
  }
}

Value Convolution::finishValue(Value sum, Value address) {
  if (skip) {
    auto vector = dyn_cast<VectorType>(sum.getType());
    sum = arith::AddFOp::create(b, sum, b.load(*skip, address, vector ? vector.getNumElements() : 1));
  }
  return buildActivation(b, op.getActivation(), sum);
}

void lower::buildConvolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers) {
  Convolution(b, op, buffers).build();
}
