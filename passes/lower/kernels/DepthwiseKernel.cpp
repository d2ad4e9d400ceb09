// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/DepthwiseKernel.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

DepthwiseKernel::DepthwiseKernel(KernelBuilder &b, mn::DepthwiseConv2DOp op, BiasRows biases, const Buffer &input,
                                 const Buffer &output)
    : WindowKernel(b, op, input, output), op(op), lanes(b.getLanes()), biases(biases),
      multiplier(cast<ShapedType>(op.getFilter().getType()).getDimSize(3)) {}

Value DepthwiseKernel::inputVector(Value channelVector) {
  return multiplier == 1 ? channelVector : b.div(channelVector, multiplier);
}

Value DepthwiseKernel::loadTap(Value channelVector, Value tap) {
  Value taps = b.add(b.mul(channelVector, rows.kernel * columns.kernel), tap);
  return loadWeights(b.mul(taps, lanes));
}

void DepthwiseKernel::holdWeights(Value channelVector, Value firstTap, int64_t count) {
  held = b.accumulators("held", count, 1, resultType);
  b.loop(
      count, [&](Value tap) { b.set(loadTap(channelVector, b.add(firstTap, tap)), held, tap, b.index(0)); },
      Unroll::Full);
}

Value DepthwiseKernel::start(const Tile &tile, int64_t row, const ColumnGroup &group) {
  Value address = b.mul(tile.channelVector, lanes);
  if (biases.rowClasses * biases.columnClasses > 1) {
    Value rowClass = borderClass(b, rows, b.add(tile.row, row));
    Value classIndex = b.add(b.mul(rowClass, biases.columnClasses), group.borderClass);
    address = b.add(address, b.mul(classIndex, biases.length));
  }
  return loadBiases(address);
}

Value DepthwiseKernel::combine(Value sum, Value input, Value channelVector, Value ky, Value kx) {
  Value weights = isHeld() ? b.get(held, heldTap(ky, kx), b.index(0))
                           : loadTap(channelVector, b.add(b.mul(ky, columns.kernel), kx));
  return addProduct(sum, input, weights);
}
