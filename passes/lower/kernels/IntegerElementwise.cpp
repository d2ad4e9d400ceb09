// SPDX-License-Identifier: Apache-2.0
// Sums and products of integers of two scales, and changes of type.
#include "passes/lower/Addition.h"
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

/// One kernel.
class IntegerElementwise {
public:
  IntegerElementwise(KernelBuilder &b, Operation *op, Buffers buffers)
      : b(b), op(op), buffers(buffers), type(getIntegerVector(b, b.getLanes())),
        output(mn::getQuantization(op->getResult(0))) {}

  void build() {
    auto isSame = [&](const Buffer &buffer) { return buffer.shape.elements() == buffers.back().shape.elements(); };
    llvm::all_of(buffers, isSame) ? buildLinear() : buildBroadcast();
  }

private:
  /// All of one shape and layout: one walk over memory, padded lanes included.
  void buildLinear() {
    int64_t lanes = b.getLanes(), vectors = buffers.back().shape.elements() / lanes;
    auto visit = [&](Value vector) {
      Value address = b.mul(vector, lanes);
      Value result = isa<mn::DequantizeOp>(op) ? scale(address) : compute(address, address);
      storeBytes(b, result, buffers.back(), address);
    };
    b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, visit, b.getSchedule().getPixels());
  }

  /// One operand is a vector of channels.
  void buildBroadcast() {
    const BufferShape &shape = buffers.back().shape;
    int64_t vectors = (shape.image.channels + b.getLanes() - 1) / b.getLanes();
    b.loopOverPart(mn::Split::Channels, 0, vectors, vectors, [&](Value channelVector) {
      b.loopUnrolledBy(shape.image.pixels(), b.getSchedule().getPixels(), [&](Value pixel) {
        Value result = compute(addressIn(0, channelVector, pixel), addressIn(1, channelVector, pixel));
        storeBytes(b, result, buffers.back(), b.vectorAddress(shape, channelVector, pixel));
      });
    });
  }

  /// Where operand `index` has its values for the vector of channels `channelVector` of `pixel`.
  Value addressIn(size_t index, Value channelVector, Value pixel) {
    const BufferShape &shape = buffers[index].shape;
    return b.vectorAddress(shape, channelVector, shape.image.pixels() == 1 ? b.index(0) : pixel);
  }

  Value compute(Value lhsAddress, Value rhsAddress) {
    if (isa<mn::QuantizeOp>(op))
      return narrow(b, mn::getQuantization(op->getOperand(0)) ? load(0, lhsAddress) : divide(lhsAddress),
                    output.getZeroPoint(), mn::getElementRange(getElementTypeOrSelf(op->getResult(0))));
    Value lhs = load(0, lhsAddress), rhs = load(1, rhsAddress);
    mn::Activation activation =
        isa<mn::AddOp>(op) ? cast<mn::AddOp>(op).getActivation() : cast<mn::MulOp>(op).getActivation();
    return narrow(b, isa<mn::AddOp>(op) ? add(lhs, rhs) : multiply(lhs, rhs), output.getZeroPoint(),
                  mn::getActivationRange(activation, op->getResult(0).getType()));
  }

  /// The integer less its zero point.
  Value load(size_t operand, Value address) {
    Value bytes = loadIntegers(b, buffers[operand], address, b.getLanes());
    Value value = widen(b, bytes, isUnsigned(op->getOperand(operand)));
    return arith::SubIOp::create(b, value, splatInteger(b, quantizationOf(operand).getZeroPoint(), type));
  }

  VectorType getFloats() { return VectorType::get({b.getLanes()}, b.getF32Type()); }

  /// scale * (integer - zero point); the product of a float and nine bits is rounded once.
  Value scale(Value address) {
    Value value = arith::SIToFPOp::create(b, getFloats(), load(0, address));
    return arith::MulFOp::create(b, value, b.constant(quantizationOf(0).getRealScale(), getFloats()));
  }

  /// Floats over the scale of the result as integers: halves away from zero, or as XNNPACK has it times its inverse and
  /// to even. What is far beyond a byte stays beyond it.
  Value divide(Value address) {
    constexpr double kFar = 65536;
    Value value = loadIntegers(b, buffers[0], address, b.getLanes());
    Value to = b.constant(output.getRealScale(), getFloats());
    bool isXnnpack = getRounding(op) == Rounding::Float;
    float inverse = 1.0F / static_cast<float>(output.getRealScale());
    Value quotient = isXnnpack ? arith::MulFOp::create(b, value, b.constant(inverse, getFloats())).getResult()
                               : arith::DivFOp::create(b, value, to).getResult();
    quotient = select(arith::CmpFPredicate::OLT, quotient, kFar);
    quotient = select(arith::CmpFPredicate::OGT, quotient, -kFar);
    return isXnnpack ? roundToEven(b, quotient) : roundAway(quotient);
  }

  /// `value` where it is on that side of `bound`, else `bound`.
  Value select(arith::CmpFPredicate predicate, Value value, double bound) {
    Value limit = b.constant(bound, getFloats());
    return arith::SelectOp::create(b, arith::CmpFOp::create(b, predicate, value, limit), value, limit);
  }

  Value roundAway(Value value) {
    Value whole = arith::FPToSIOp::create(b, type, value);
    Value rest = arith::SubFOp::create(b, value, arith::SIToFPOp::create(b, getFloats(), whole));
    Value one = splatInteger(b, 1, type), zero = splatInteger(b, 0, type);
    auto when = [&](arith::CmpFPredicate predicate, double bound) -> Value {
      Value holds = arith::CmpFOp::create(b, predicate, rest, b.constant(bound, getFloats()));
      return arith::SelectOp::create(b, holds, one, zero);
    };
    Value up = arith::AddIOp::create(b, whole, when(arith::CmpFPredicate::OGE, 0.5));
    return arith::SubIOp::create(b, up, when(arith::CmpFPredicate::OLE, -0.5));
  }

  mn::QuantizationAttr quantizationOf(size_t operand) { return mn::getQuantization(op->getOperand(operand)); }

  Value addTwice(Value lhs, Value rhs) {
    TwiceRoundedAddition addition = getTwiceRoundedAddition(cast<mn::AddOp>(op));
    auto scaled = [&](Value value, mn::QuantizedMultiplier multiplier) {
      Value spare = splatInteger(b, TwiceRoundedAddition::kSpareBits, type);
      return requantizeTwice(b, arith::ShLIOp::create(b, value, spare), multiplier);
    };
    Value sum = arith::AddIOp::create(b, scaled(lhs, addition.left), scaled(rhs, addition.right));
    return requantizeTwice(b, sum, addition.result);
  }

  Value addOnce(Value lhs, Value rhs, const OnceRoundedAddition &addition) {
    auto scaled = [&](Value value, int64_t factor) -> Value {
      return arith::MulIOp::create(b, value, splatInteger(b, factor, type));
    };
    Value sum = arith::AddIOp::create(b, scaled(lhs, addition.left), scaled(rhs, addition.right));
    Value rounded = arith::AddIOp::create(b, sum, splatInteger(b, int64_t(1) << (addition.shift - 1), type));
    return arith::ShRSIOp::create(b, rounded, splatInteger(b, addition.shift, type));
  }

  Value add(Value lhs, Value rhs) {
    std::optional<OnceRoundedAddition> once = getOnceRoundedAddition(cast<mn::AddOp>(op));
    return once ? addOnce(lhs, rhs, *once) : addTwice(lhs, rhs);
  }

  /// TFLite's MUL: one product of differences, at the product of both scales.
  Value multiply(Value lhs, Value rhs) {
    auto left = static_cast<float>(quantizationOf(0).getRealScale());
    auto right = static_cast<float>(quantizationOf(1).getRealScale()), to = static_cast<float>(output.getRealScale());
    ScaleQuotient quotient{static_cast<double>(left) * static_cast<double>(right) / static_cast<double>(to),
                           left * right / to};
    // LiteRT's own kernels take the quotient in floats.
    if (mn::getNumerics(op) == mn::Numerics::Litert)
      quotient.real = quotient.single;
    return requantize(b, getRounding(op), arith::MulIOp::create(b, lhs, rhs), quotient);
  }

  KernelBuilder &b;
  Operation *op;
  Buffers buffers;
  VectorType type;
  mn::QuantizationAttr output;
};

} // namespace

void lower::buildIntegerElementwise(KernelBuilder &b, Operation *op, Buffers buffers) {
  if (auto add = dyn_cast<mn::AddOp>(op); add && buildIntegerAddition(b, add, buffers))
    return;
  IntegerElementwise(b, op, buffers).build();
}
