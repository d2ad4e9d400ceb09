// SPDX-License-Identifier: Apache-2.0
// Values that meet only their own kind: sums, products and free activations walk memory from end to end; a vector of
// channels that is spread over an image is held while the pixels of its channels pass.
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/Tiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static mn::Activation activationOf(Operation *op) {
  return llvm::TypeSwitch<Operation *, mn::Activation>(op)
      .Case<mn::AddOp, mn::MulOp>([](auto binary) { return binary.getActivation(); })
      .Case<mn::ReluOp>([](auto) { return mn::Activation::Relu; })
      .Case<mn::Relu6Op>([](auto) { return mn::Activation::Relu6; })
      .Case<mn::SigmoidOp>([](auto) { return mn::Activation::Sigmoid; })
      .Case<mn::HardSwishOp>([](auto) { return mn::Activation::HardSwish; })
      .Case<mn::HardSigmoidOp>([](auto) { return mn::Activation::HardSigmoid; })
      .Default([](Operation *) { return mn::Activation::None; });
}

static Value compute(KernelBuilder &b, Operation *op, ArrayRef<Value> values) {
  Value result = values.front();
  if (isa<mn::AddOp>(op))
    result = arith::AddFOp::create(b, values[0], values[1]);
  if (isa<mn::MulOp>(op))
    result = arith::MulFOp::create(b, values[0], values[1]);
  return buildActivation(b, activationOf(op), result);
}

/// All buffers have the same shape and layout: one walk over memory, padded lanes included.
static void buildLinear(KernelBuilder &b, Operation *op, Buffers buffers) {
  int64_t lanes = b.getLanes(), vectors = buffers.back().shape.elements() / lanes;
  auto visit = [&](Value vector) {
    Value address = b.mul(vector, lanes);
    SmallVector<Value> values;
    for (const Buffer &buffer : buffers.drop_back())
      values.push_back(b.load(buffer, address));
    b.store(compute(b, op, values), buffers.back(), address);
  };
  b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, visit, b.getSchedule().getPixels());
}

/// One operand is a vector of channels.
static void buildBroadcast(KernelBuilder &b, Operation *op, Buffers buffers) {
  const BufferShape &shape = buffers.back().shape;
  auto addressIn = [&](const Buffer &buffer, Value channelVector, Value pixel) {
    Value place = buffer.shape.image.pixels() == 1 ? b.index(0) : pixel;
    return b.getLanes() == 1 ? b.elementAddress(buffer.shape, channelVector, place)
                             : b.vectorAddress(buffer.shape, channelVector, place);
  };
  int64_t vectors = (shape.image.channels + b.getLanes() - 1) / b.getLanes();
  b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, [&](Value channelVector) {
    b.loopUnrolledBy(shape.image.pixels(), b.getSchedule().getPixels(), [&](Value pixel) {
      SmallVector<Value> values;
      for (const Buffer &buffer : buffers.drop_back())
        values.push_back(b.load(buffer, addressIn(buffer, channelVector, pixel)));
      b.store(compute(b, op, values), buffers.back(), addressIn(buffers.back(), channelVector, pixel));
    });
  });
}

void lower::buildElementwise(KernelBuilder &b, Operation *op, Buffers buffers) {
  const BufferShape &shape = buffers.back().shape;
  bool isLinear = shape.elements() % b.getLanes() == 0 && llvm::all_of(buffers, [&](const Buffer &buffer) {
                    return buffer.shape.block == shape.block && buffer.shape.elements() == shape.elements();
                  });
  return isLinear ? buildLinear(b, op, buffers) : buildBroadcast(b, op, buffers);
}
