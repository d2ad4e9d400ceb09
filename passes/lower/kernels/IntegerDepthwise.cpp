// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution of integers: each sum is the bias and one product a tap.
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/WindowKernel.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class IntegerDepthwise : public WindowKernel {
public:
  IntegerDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers)
      : WindowKernel(b, op, buffers.front(), buffers.back()), op(op),
        packed(getIntegerPackedShape(op, b.getSchedule())),
        narrowing(getNarrowing(cast<mn::WeightedOpInterface>(op.getOperation()), packed)),
        words(buffers[buffers.size() - 3]), filter(buffers[buffers.size() - 2]), lanes(b.getLanes()),
        multiplier(cast<ShapedType>(op.getFilter().getType()).getDimSize(3)) {
    resultType = getIntegerVector(b, lanes);
  }

private:
  Value inputVector(Value channelVector) override {
    return multiplier == 1 ? channelVector : b.div(channelVector, multiplier);
  }

  Value loadInput(Value address) override {
    return widen(b, loadIntegers(b, input, address, lanes), isUnsigned(op.getInput()));
  }

  Value loadWeight(Value channelVector, Value tap) {
    Value taps = b.add(b.mul(channelVector, rows.kernel * columns.kernel), tap);
    return widen(b, loadIntegers(b, filter, b.mul(taps, lanes), lanes), /*isUnsigned=*/false);
  }

  void holdWeights(Value channelVector, Value firstTap, int64_t count) override {
    held = b.accumulators("held", count, 1, resultType);
    b.loop(
        count, [&](Value tap) { b.set(loadWeight(channelVector, b.add(firstTap, tap)), held, tap, b.index(0)); },
        Unroll::Full);
  }

  Value start(const Tile &tile, int64_t row, const ColumnGroup &group) override {
    Value address = b.mul(tile.channelVector, lanes);
    if (packed.rowClasses * packed.columnClasses > 1) {
      Value rowClass = borderClass(b, rows, b.add(tile.row, row));
      Value classIndex = b.add(b.mul(rowClass, packed.columnClasses), group.borderClass);
      address = b.add(address, b.mul(classIndex, packed.biasRow));
    }
    return loadIntegers(b, words, address, lanes);
  }

  Value combine(Value sum, Value value, Value channelVector, Value ky, Value kx) override {
    Value weight = isHeld() ? b.get(held, heldTap(ky, kx), b.index(0))
                            : loadWeight(channelVector, b.add(b.mul(ky, columns.kernel), kx));
    return multiplyAdd(b, value, weight, sum, isUnsigned(op.getInput()));
  }

  Value finish(const Tile &tile, int64_t, const ColumnGroup &, Value sum, Value) override {
    Value channel = b.mul(tile.channelVector, lanes);
    RequantizationVectors factors = loadFactors(b, words, packed, channel, lanes);
    // Four lanes are narrowed as four of them together are.
    if (lanes == kQuadRows)
      return narrowTogether(b, narrowing, SmallVector<Value>(kQuadRows, requantize(b, narrowing, sum, factors)), 1)
          .front();
    return narrow(b, requantize(b, narrowing.rounding, sum, factors), narrowing.zeroPoint, narrowing.range);
  }

  mn::DepthwiseConv2DOp op;
  IntegerPackedShape packed;
  Narrowing narrowing;
  Buffer words, filter;
  int64_t lanes, multiplier;
  Value held;
};

} // namespace

void lower::buildIntegerDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  if (takesQuads(op, b.getLanes()))
    return buildQuadDepthwise(b, op, buffers);
  IntegerDepthwise(b, op, buffers).build();
}
