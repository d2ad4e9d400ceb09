// SPDX-License-Identifier: Apache-2.0
// Where each row and column is sampled is known at compile time: the kernel reads places and shares from tables.
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/ResizeWalk.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class Resize {
public:
  Resize(KernelBuilder &b, mn::ResizeOp op, Buffers buffers)
      : b(b), input(buffers[0]), table(buffers[1]), output(buffers[2]),
        isBilinear(op.getMethod() == mn::ResizeMethod::Bilinear) {}

  void build() {
    forEachResult(
        b, output, [&](Value entry) { return readEntry(entry); },
        [&](Value channelVector, const ResizeSample &row, const ResizeSample &column, Value address) {
          b.store(sample(channelVector, row, column), output, address);
        });
  }

private:
  ResizeSample readEntry(Value index) {
    Value address = b.mul(index, 3);
    auto place = [&](int64_t field) {
      Value number = b.loadScalar(table, b.add(address, field));
      return arith::IndexCastOp::create(b, b.getIndexType(), arith::FPToSIOp::create(b, b.getI32Type(), number));
    };
    return {place(0), isBilinear ? place(1) : Value(),
            isBilinear ? b.splat(b.loadScalar(table, b.add(address, 2))) : Value()};
  }

  Value read(Value channelVector, Value y, Value x) {
    Value pixel = b.add(b.mul(y, input.shape.image.width), x);
    return b.load(input, b.vectorAddress(input.shape, channelVector, pixel));
  }

  /// a + (b - a) * share
  Value mix(Value first, Value second, Value share) {
    return b.fma(arith::SubFOp::create(b, second, first), share, first);
  }

  Value sample(Value channelVector, const ResizeSample &row, const ResizeSample &column) {
    Value corner = read(channelVector, row.first, column.first);
    if (!isBilinear)
      return corner;
    Value top = mix(corner, read(channelVector, row.first, column.second), column.share);
    Value bottom = mix(read(channelVector, row.second, column.first), read(channelVector, row.second, column.second),
                       column.share);
    return mix(top, bottom, row.share);
  }

  KernelBuilder &b;
  Buffer input, table, output;
  bool isBilinear;
};

} // namespace

void lower::buildResize(KernelBuilder &b, mn::ResizeOp op, Buffers buffers) { Resize(b, op, buffers).build(); }
