// SPDX-License-Identifier: Apache-2.0
// Softmax of integers: exponentials from a table by the distance from the largest, and a quotient in TFLite's fixed
// point, or where the table is of floats, in floats.
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

/// Scalar code in words of 64 bits, which hold every product of two words of 32.
class IntegerSoftmax {
public:
  IntegerSoftmax(KernelBuilder &b, mn::SoftmaxOp op, Buffers buffers)
      : b(b), input(buffers[0]), table(buffers[1]), output(buffers[2]), channels(input.shape.image.channels),
        isInputUnsigned(isUnsigned(op.getInput())), range(mn::getElementRange(getElementTypeOrSelf(op.getOutput()))),
        state(b.accumulators("state", 1, 1, b.getI64Type())) {}

  void build() {
    bool isFloat = cast<MemRefType>(table.memref.getType()).getElementType().isF32();
    b.loop(input.shape.image.pixels(), [&](Value pixel) {
      Value largest = findLargest(pixel);
      if (isFloat)
        return divideFloats(pixel, largest);
      Value sum = addPowers(pixel, largest);
      Value zeros = math::CountLeadingZerosOp::create(b, arith::TruncIOp::create(b, b.getI32Type(), sum));
      Value headroom = arith::ExtUIOp::create(b, b.getI64Type(), zeros);
      Value reciprocal = invert(sum, headroom);
      b.loop(channels, [&](Value channel) { finish(pixel, channel, largest, reciprocal, headroom); });
    });
  }

private:
  /// Integer bits of a sum of exponentials.
  static constexpr int64_t kSumBits = 12;

  Value word(int64_t value) { return arith::ConstantOp::create(b, b.getI64IntegerAttr(value)); }
  Value add(Value lhs, Value rhs) { return arith::AddIOp::create(b, lhs, rhs); }
  Value sub(Value lhs, Value rhs) { return arith::SubIOp::create(b, lhs, rhs); }
  Value shiftRight(Value value, Value bits) { return arith::ShRSIOp::create(b, value, bits); }
  Value shiftLeft(Value value, Value bits) { return arith::ShLIOp::create(b, value, bits); }
  Value getState() { return b.get(state, b.index(0), b.index(0)); }
  void setState(Value value) { b.set(value, state, b.index(0), b.index(0)); }

  /// The upper half of the doubled product, rounded, halves upwards.
  Value multiply(Value lhs, Value rhs) {
    return shiftRight(add(arith::MulIOp::create(b, lhs, rhs), word(int64_t(1) << 30)), word(31));
  }

  /// `value` as a word of 32 bits that holds what overflows it.
  Value saturate(Value value) {
    return arith::MinSIOp::create(b, arith::MaxSIOp::create(b, value, word(INT32_MIN)), word(INT32_MAX));
  }

  Value load(Value pixel, Value channel) {
    Value byte = memref::LoadOp::create(b, input.memref, ValueRange(b.elementAddress(input.shape, channel, pixel)));
    if (isInputUnsigned)
      return arith::ExtUIOp::create(b, b.getI64Type(), byte);
    return arith::ExtSIOp::create(b, b.getI64Type(), byte);
  }

  Value findLargest(Value pixel) {
    setState(word(INT32_MIN));
    b.loop(channels, [&](Value channel) { setState(arith::MaxSIOp::create(b, getState(), load(pixel, channel))); });
    return getState();
  }

  Value lookUp(Value pixel, Value channel, Value largest) {
    Value distance = arith::IndexCastOp::create(b, b.getIndexType(), sub(largest, load(pixel, channel)));
    return memref::LoadOp::create(b, table.memref, ValueRange(distance));
  }

  Value loadPower(Value pixel, Value channel, Value largest) {
    return arith::ExtSIOp::create(b, b.getI64Type(), lookUp(pixel, channel, largest));
  }

  /// The sum ascending, and each share of it to the nearest integer, halves upwards: all are positive.
  void divideFloats(Value pixel, Value largest) {
    Type f32 = b.getF32Type();
    Value sum = b.accumulators("sum", 1, 1, f32), zero = b.index(0);
    b.set(b.constant(0.0, f32), sum, zero, zero);
    b.loop(channels, [&](Value channel) {
      b.set(arith::AddFOp::create(b, b.get(sum, zero, zero), lookUp(pixel, channel, largest)), sum, zero, zero);
    });
    Value scaled = arith::MulFOp::create(b, b.get(sum, zero, zero), b.constant(1.0 / 256, f32));
    Value inverse = arith::DivFOp::create(b, b.constant(1.0, f32), scaled);
    b.loop(channels, [&](Value channel) {
      Value share = arith::MulFOp::create(b, lookUp(pixel, channel, largest), inverse);
      Value whole = arith::FPToSIOp::create(b, b.getI32Type(), share);
      Value rest = arith::SubFOp::create(b, share, arith::SIToFPOp::create(b, f32, whole));
      Value isUp = arith::CmpFOp::create(b, arith::CmpFPredicate::OGE, rest, b.constant(0.5, f32));
      Value nearest = arith::AddIOp::create(b, whole, arith::ExtUIOp::create(b, b.getI32Type(), isUp));
      storeShare(pixel, channel, arith::ExtSIOp::create(b, b.getI64Type(), nearest));
    });
  }

  void storeShare(Value pixel, Value channel, Value share) {
    Value value = arith::MinSIOp::create(b, add(share, word(range.least)), word(range.most));
    memref::StoreOp::create(b, arith::TruncIOp::create(b, b.getI8Type(), value), output.memref,
                            ValueRange(b.elementAddress(output.shape, channel, pixel)));
  }

  Value addPowers(Value pixel, Value largest) {
    setState(word(0));
    b.loop(channels, [&](Value channel) {
      Value power = add(loadPower(pixel, channel, largest), word(1 << (kSumBits - 1)));
      setState(add(getState(), shiftRight(power, word(kSumBits))));
    });
    return getState();
  }

  /// 1 / (1 + x) for the sum 1 + x, scaled to lie between 1 and 2: gemmlowp's one_over_one_plus_x_for_x_in_0_1, three
  /// steps of Newton and Raphson from 48/17 - 32/17 d in fixed point with two integer bits.
  Value invert(Value sum, Value headroom) {
    constexpr int64_t k48Over17 = 1515870810, kMinus32Over17 = -1010580540, kOne = int64_t(1) << 29;
    Value fraction = sub(shiftLeft(sum, headroom), word(int64_t(1) << 31));
    // The mean of the fraction and 1, halves away from zero; both are positive.
    Value half = shiftRight(add(add(fraction, word(INT32_MAX)), word(1)), word(1));
    Value x = add(word(k48Over17), multiply(half, word(kMinus32Over17)));
    for (int step = 0; step < 3; ++step) {
      Value rest = sub(word(kOne), multiply(half, x));
      x = add(x, saturate(shiftLeft(multiply(x, rest), word(2))));
    }
    return saturate(shiftLeft(x, word(1)));
  }

  void finish(Value pixel, Value channel, Value largest, Value reciprocal, Value headroom) {
    constexpr int64_t kOutputBits = 8;
    Value product = multiply(reciprocal, loadPower(pixel, channel, largest));
    // All are positive: halves go upwards.
    Value bits = sub(word(kSumBits + 31 - kOutputBits), headroom);
    Value half = shiftLeft(word(1), sub(bits, word(1)));
    storeShare(pixel, channel, shiftRight(add(product, half), bits));
  }

  KernelBuilder &b;
  Buffer input, table, output;
  int64_t channels;
  bool isInputUnsigned;
  mn::IntegerRange range;
  Value state;
};

} // namespace

void lower::buildIntegerSoftmax(KernelBuilder &b, mn::SoftmaxOp op, Buffers buffers) {
  IntegerSoftmax(b, op, buffers).build();
}
