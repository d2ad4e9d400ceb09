// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution of integers.
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/kernels/DepthwiseKernel.h"
#include "passes/lower/kernels/IntegerNarrowing.h"
#include "passes/lower/kernels/Kernels.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class IntegerDepthwise : public DepthwiseKernel {
public:
  IntegerDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, const IntegerPackedShape &packed, Buffers buffers)
      : DepthwiseKernel(b, op, {packed.biasRow, packed.rowClasses, packed.columnClasses}, buffers.front(),
                        buffers.back()),
        packed(packed), narrowing(getNarrowing(cast<mn::WeightedOpInterface>(op.getOperation()), packed)),
        words(buffers[buffers.size() - 3]), filter(buffers[buffers.size() - 2]) {
    resultType = getIntegerVector(b, lanes);
  }

private:
  Value loadInput(Value address) override {
    return widen(b, loadIntegers(b, input, address, lanes), isUnsigned(op.getInput()));
  }

  Value loadWeights(Value address) override {
    return widen(b, loadIntegers(b, filter, address, lanes), /*isUnsigned=*/false);
  }

  Value loadBiases(Value address) override { return loadIntegers(b, words, address, lanes); }

  Value addProduct(Value sum, Value input, Value weights) override {
    return multiplyAdd(b, input, weights, sum, isUnsigned(op.getInput()));
  }

  Value finish(const Tile &tile, int64_t, const ColumnGroup &, Value sum, Value) override {
    Value channel = b.mul(tile.channelVector, lanes);
    RequantizationVectors factors = loadFactors(b, words, packed, channel, lanes);
    // Four lanes are narrowed as four of them together are.
    if (lanes == kQuadRows)
      return narrowTogether(b, narrowing, SmallVector<Value>(kQuadRows, requantize(b, narrowing, sum, factors)),
                            factors)
          .front();
    return narrow(b, requantize(b, narrowing.rounding, sum, factors), narrowing.zeroPoint, narrowing.range);
  }

  IntegerPackedShape packed;
  Narrowing narrowing;
  Buffer words, filter;
};

} // namespace

void lower::buildIntegerDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  if (takesQuads(op, b.getLanes()))
    return buildQuadDepthwise(b, op, buffers);
  IntegerDepthwise(b, op, getIntegerPackedShape(op, b.getSchedule()), buffers).build();
}
