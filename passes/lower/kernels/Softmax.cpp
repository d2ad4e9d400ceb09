// SPDX-License-Identifier: Apache-2.0
// Softmax in the order that docs/model-format.md states: maximum, exponentials and their sum ascending in one chain,
// quotients. All but the chain is a vector of channels at a time; each lane computes what a scalar would.
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// Exponentials that an in-order core computes side by side: each is a chain of nine fma.
static constexpr int64_t kVectorsOfTurn = 5;

namespace {

class Softmax {
public:
  Softmax(KernelBuilder &b, Buffers buffers)
      : b(b), input(buffers.front()), output(buffers.back()), channels(input.shape.image.channels), lanes(b.getLanes()),
        state(b.accumulators("state", 1, 1, b.getF32Type())) {}

  void build() {
    b.loop(input.shape.image.pixels(), [&](Value pixel) {
      findLargest(pixel);
      Value largest = getState();
      setState(b.constant(0.0, b.getF32Type()));
      addPowers(pixel, largest);
      Value sum = getState();
      forEach(pixel, [&](Value, Value out, int64_t width) {
        b.store(arith::DivFOp::create(b, b.load(output, out, width), spread(sum, width)), output, out);
      });
    });
  }

private:
  /// Where `width` values are read and written.
  using Body = llvm::function_ref<void(Value in, Value out, int64_t width)>;

  int64_t countVectors() const { return lanes == 1 ? 0 : channels / lanes; }

  void forEachVector(Value pixel, Body body, int64_t factor = 1) {
    b.loopUnrolledBy(countVectors(), factor, [&](Value vector) {
      body(b.vectorAddress(input.shape, vector, pixel), b.vectorAddress(output.shape, vector, pixel), lanes);
    });
  }

  /// The channels that fill no vector, one by one.
  void forEachLeft(Value pixel, Body body) {
    int64_t first = countVectors() * lanes;
    b.loop(channels - first, [&](Value turn) {
      Value channel = b.add(turn, first);
      body(b.elementAddress(input.shape, channel, pixel), b.elementAddress(output.shape, channel, pixel), 1);
    });
  }

  void forEach(Value pixel, Body body) {
    forEachVector(pixel, body);
    forEachLeft(pixel, body);
  }

  void findLargest(Value pixel) {
    Value zero = b.index(0);
    double lowest = -std::numeric_limits<float>::max();
    setState(b.constant(lowest, b.getF32Type()));
    auto raise = [&](Value value) { setState(larger(value, getState())); };
    if (lanes > 1) {
      Value largest = b.accumulators("largest", 1, 1);
      b.set(b.constant(lowest), largest, zero, zero);
      forEachVector(pixel, [&](Value in, Value, int64_t) {
        b.set(larger(b.load(input, in), b.get(largest, zero, zero)), largest, zero, zero);
      });
      forEachLane(b.get(largest, zero, zero), lanes, raise);
    }
    forEachLeft(pixel, [&](Value in, Value, int64_t) { raise(b.loadScalar(input, in)); });
  }

  void addPowers(Value pixel, Value largest) {
    auto addPower = [&](Value in, Value out, int64_t width) {
      // Nothing is larger than the largest value.
      Value power = buildExpBelow88(b, arith::SubFOp::create(b, b.load(input, in, width), spread(largest, width)));
      b.store(power, output, out);
      forEachLane(power, width, [&](Value value) { setState(arith::AddFOp::create(b, getState(), value)); });
    };
    forEachVector(pixel, addPower, b.getTarget().getFlag("in_order") ? kVectorsOfTurn : 1);
    forEachLeft(pixel, addPower);
  }

  /// Ascending.
  void forEachLane(Value values, int64_t width, llvm::function_ref<void(Value)> body) {
    if (width == 1)
      return body(values);
    b.loop(width, [&](Value lane) { body(vector::ExtractOp::create(b, values, OpFoldResult(lane))); }, Unroll::Full);
  }

  Value larger(Value a, Value c) {
    return arith::SelectOp::create(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, a, c), a, c);
  }
  Value spread(Value scalar, int64_t width) { return width == 1 ? scalar : b.splat(scalar); }
  Value getState() { return b.get(state, b.index(0), b.index(0)); }
  void setState(Value value) { b.set(value, state, b.index(0), b.index(0)); }

  KernelBuilder &b;
  const Buffer &input, &output;
  int64_t channels, lanes;
  /// The largest value so far, then the sum so far.
  Value state;
};

} // namespace

void lower::buildSoftmax(KernelBuilder &b, Buffers buffers) { Softmax(b, buffers).build(); }
