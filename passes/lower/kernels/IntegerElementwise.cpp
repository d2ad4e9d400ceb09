// SPDX-License-Identifier: Apache-2.0
// Integers that meet only their own kind: sums of two scales, and changes of scale.
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

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
    int64_t zero = mn::getQuantization(op->getOperand(operand)).getZeroPoint();
    return arith::SubIOp::create(b, value, splatInteger(b, zero, type));
  }

  Value multiply(Value value, double factor) {
    mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
    RequantizationVectors factors{splatInteger(b, multiplier.value, type),
                                  splatInteger(b, std::max(-multiplier.shift, 0), type), Value()};
    if (multiplier.shift > 0)
      factors.leftShift = splatInteger(b, multiplier.shift, type);
    return requantize(b, Rounding::Double, value, factors);
  }

  /// TFLite's ADD: both sides as fractions of twice the larger scale, with 20 bits to spare.
  Value add(Value address) {
    constexpr int64_t kSpareBits = 20;
    double lhs = mn::getQuantization(op->getOperand(0)).getRealScale();
    double rhs = mn::getQuantization(op->getOperand(1)).getRealScale(), twice = 2 * std::max(lhs, rhs);
    auto scaled = [&](size_t operand, double scale) {
      Value shifted = arith::ShLIOp::create(b, load(operand, address), splatInteger(b, kSpareBits, type));
      return multiply(shifted, scale / twice);
    };
    Value sum = arith::AddIOp::create(b, scaled(0, lhs), scaled(1, rhs));
    Value result = multiply(sum, twice / ((1 << kSpareBits) * output.getRealScale()));
    return narrow(b, result, output.getZeroPoint(),
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
