// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution: each output is the bias and one product a tap.
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/WindowKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class Depthwise : public WindowKernel {
public:
  Depthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers)
      : WindowKernel(b, op, buffers.front(), buffers.back()), op(op), packed(getPackedShape(op, b.getLanes())),
        weights(getPackedBuffers(op, packed, buffers)), lanes(b.getLanes()) {
    if (op.getSkip())
      skip = buffers[1];
    multiplier = cast<ShapedType>(op.getFilter().getType()).getDimSize(3);
  }

private:
  Value inputVector(Value channelVector) override {
    return multiplier == 1 ? channelVector : b.div(channelVector, multiplier);
  }

  Value loadWeight(Value channelVector, Value tap) {
    Value taps = b.add(b.mul(channelVector, rows.kernel * columns.kernel), tap);
    return b.load(weights.filter, b.add(b.mul(taps, lanes), weights.filterStart));
  }

  void holdWeights(Value channelVector, Value firstTap, int64_t count) override {
    held = b.accumulators("held", count, 1);
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
    return b.load(weights.bias, address);
  }

  Value combine(Value sum, Value value, Value channelVector, Value ky, Value kx) override {
    Value weight = isHeld() ? b.get(held, heldTap(ky, kx), b.index(0))
                            : loadWeight(channelVector, b.add(b.mul(ky, columns.kernel), kx));
    return b.fma(value, weight, sum);
  }

  Value finish(const Tile &, int64_t, const ColumnGroup &, Value sum, Value address) override {
    if (skip)
      sum = arith::AddFOp::create(b, sum, b.load(*skip, address));
    return buildActivation(b, op.getActivation(), sum);
  }

  mn::DepthwiseConv2DOp op;
  std::optional<Buffer> skip;
  PackedShape packed;
  PackedBuffers weights;
  int64_t lanes, multiplier;
  Value held;
};

} // namespace

void lower::buildDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  Depthwise(b, op, buffers).build();
}
