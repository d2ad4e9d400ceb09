// SPDX-License-Identifier: Apache-2.0
// A depthwise convolution of floats.
#include "passes/lower/WeightPacking.h"
#include "passes/lower/kernels/DepthwiseKernel.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class Depthwise : public DepthwiseKernel {
public:
  Depthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, const PackedShape &packed, Buffers buffers)
      : DepthwiseKernel(b, op, {packed.biasRow, packed.rowClasses, packed.columnClasses}, buffers.front(),
                        buffers.back()),
        weights(getPackedBuffers(op, packed, buffers)) {
    if (op.getSkip())
      skip = buffers[1];
  }

private:
  Value loadWeights(Value address) override { return b.load(weights.filter, b.add(address, weights.filterStart)); }

  Value loadBiases(Value address) override { return b.load(weights.bias, address); }

  Value addProduct(Value sum, Value input, Value weights) override { return b.fma(input, weights, sum); }

  Value finish(const Tile &, int64_t, const ColumnGroup &, Value sum, Value address) override {
    if (skip)
      sum = arith::AddFOp::create(b, sum, b.load(*skip, address));
    return buildActivation(b, op.getActivation(), sum);
  }

  std::optional<Buffer> skip;
  PackedBuffers weights;
};

} // namespace

void lower::buildDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers) {
  Depthwise(b, op, getPackedShape(op, b.getLanes()), buffers).build();
}
