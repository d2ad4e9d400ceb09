// SPDX-License-Identifier: Apache-2.0
// Softmax in the order that docs/model-format.md states: maximum, exponentials and their sum ascending in one chain,
// quotients.
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

void lower::buildSoftmax(KernelBuilder &b, Buffers buffers) {
  const Buffer &input = buffers.front(), &output = buffers.back();
  int64_t channels = input.shape.image.channels;
  Value zero = b.index(0), state = b.accumulators("state", 1, 1, b.getF32Type());
  auto forEach = [&](Value pixel, llvm::function_ref<void(Value in, Value out)> body) {
    b.loop(channels, [&](Value channel) {
      body(b.elementAddress(input.shape, channel, pixel), b.elementAddress(output.shape, channel, pixel));
    });
  };
  b.loop(input.shape.image.pixels(), [&](Value pixel) {
    b.set(b.constant(-std::numeric_limits<float>::max(), b.getF32Type()), state, zero, zero);
    forEach(pixel, [&](Value in, Value) {
      Value value = b.loadScalar(input, in), largest = b.get(state, zero, zero);
      Value isLarger = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, value, largest);
      b.set(arith::SelectOp::create(b, isLarger, value, largest), state, zero, zero);
    });
    Value largest = b.get(state, zero, zero);
    b.set(b.constant(0.0, b.getF32Type()), state, zero, zero);
    forEach(pixel, [&](Value in, Value out) {
      Value power = buildExp(b, arith::SubFOp::create(b, b.loadScalar(input, in), largest));
      b.store(power, output, out);
      b.set(arith::AddFOp::create(b, b.get(state, zero, zero), power), state, zero, zero);
    });
    Value sum = b.get(state, zero, zero);
    forEach(pixel,
            [&](Value, Value out) { b.store(arith::DivFOp::create(b, b.loadScalar(output, out), sum), output, out); });
  });
}
