// SPDX-License-Identifier: Apache-2.0
// Integers that meet only their own kind: sums of two scales, and changes of scale.
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

/// One kernel over tensors of one shape and layout, padded lanes included.
class IntegerElementwise {
public:
  IntegerElementwise(KernelBuilder &b, Operation *op, Buffers buffers)
      : b(b), op(op), buffers(buffers), type(getIntegerVector(b, b.getLanes())),
        output(mn::getQuantization(op->getResult(0))) {}

  void build() {
    int64_t lanes = b.getLanes(), vectors = buffers.back().shape.elements() / lanes;
    auto visit = [&](Value vector) {
      Value address = b.mul(vector, lanes);
      storeBytes(b, compute(address), buffers.back(), address);
    };
    b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, visit, b.getSchedule().getPixels());
  }

private:
  Value compute(Value address) {
    if (isa<mn::AddOp>(op))
      return add(address);
    return changeType(address);
  }

  /// The integer less its zero point.
  Value load(size_t operand, Value address) {
    Value bytes = loadIntegers(b, buffers[operand], address, b.getLanes());
    Value value = widen(b, bytes, isUnsigned(op->getOperand(operand)));
    return arith::SubIOp::create(b, value, splatInteger(b, quantizationOf(operand).getZeroPoint(), type));
  }

  mn::QuantizationAttr quantizationOf(size_t operand) { return mn::getQuantization(op->getOperand(operand)); }

  /// TFLite's ADD: both sides as fractions of twice the larger scale, with 20 bits to spare.
  Value addTwice(Value lhs, Value rhs) {
    constexpr int64_t kSpareBits = 20;
    double left = quantizationOf(0).getRealScale(), right = quantizationOf(1).getRealScale();
    double twice = 2 * std::max(left, right);
    auto scaled = [&](Value value, double scale) {
      Value shifted = arith::ShLIOp::create(b, value, splatInteger(b, kSpareBits, type));
      return requantizeTwice(b, shifted, mn::quantizeMultiplier(scale / twice));
    };
    Value sum = arith::AddIOp::create(b, scaled(lhs, left), scaled(rhs, right));
    return requantizeTwice(b, sum, mn::quantizeMultiplier(twice / ((1 << kSpareBits) * output.getRealScale())));
  }

  /// XNNPACK's qs8-vadd: both sides times integers that have 20 bits behind the point, and one shift, halves upwards.
  Value addOnce(Value lhs, Value rhs, float left, float right) {
    constexpr int kBits = 20;
    int shift = kBits - std::ilogb(std::max(left, right));
    auto scaled = [&](Value value, float factor) -> Value {
      return arith::MulIOp::create(b, value, splatInteger(b, std::llrint(std::ldexp(factor, shift)), type));
    };
    Value sum = arith::AddIOp::create(b, scaled(lhs, left), scaled(rhs, right));
    Value rounded = arith::AddIOp::create(b, sum, splatInteger(b, int64_t(1) << (shift - 1), type));
    return arith::ShRSIOp::create(b, rounded, splatInteger(b, shift, type));
  }

  Value add(Value address) {
    float left = divideScales(quantizationOf(0), output).single, right = divideScales(quantizationOf(1), output).single;
    // Beyond these LiteRT does not give the layer to XNNPACK.
    auto isInRange = [](float factor) { return factor >= 0x1p-10F && factor < 0x1p+8F; };
    Value lhs = load(0, address), rhs = load(1, address);
    bool isFloat = getRounding(op) == Rounding::Float && isInRange(left) && isInRange(right);
    return narrow(b, isFloat ? addOnce(lhs, rhs, left, right) : addTwice(lhs, rhs), output.getZeroPoint(),
                  mn::getActivationRange(cast<mn::AddOp>(op).getActivation(), op->getResult(0).getType()));
  }

  /// The same values in the other type of bytes.
  Value changeType(Value address) {
    return narrow(b, load(0, address), output.getZeroPoint(),
                  mn::getElementRange(getElementTypeOrSelf(op->getResult(0))));
  }

  KernelBuilder &b;
  Operation *op;
  Buffers buffers;
  VectorType type;
  mn::QuantizationAttr output;
};

} // namespace

void lower::buildIntegerElementwise(KernelBuilder &b, Operation *op, Buffers buffers) {
  IntegerElementwise(b, op, buffers).build();
}
