// SPDX-License-Identifier: Apache-2.0
// Pools of integers, which keep the scale of their input.
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/WindowKernel.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class IntegerPool : public WindowKernel {
public:
  IntegerPool(KernelBuilder &b, Operation *op, Buffers buffers)
      : WindowKernel(b, op, buffers.front(), buffers.back()), average(dyn_cast<mn::AveragePoolOp>(op)),
        type(getIntegerVector(b, b.getLanes())), element(getElementTypeOrSelf(op->getResult(0))) {
    resultType = type;
  }

private:
  Value loadInput(Value address) override {
    return widen(b, loadIntegers(b, input, address, b.getLanes()), element.isUnsignedInteger());
  }

  Value start(const Tile &, int64_t, const ColumnGroup &) override {
    return splatInteger(b, average ? 0 : mn::getElementRange(element).least, type);
  }

  Value combine(Value result, Value value, Value, Value, Value) override {
    if (average)
      return arith::AddIOp::create(b, result, value);
    return arith::MaxSIOp::create(b, result, value);
  }

  Value countTapsOf(const Tile &tile, int64_t row, const ColumnGroup &group) {
    int64_t across = group.endTap - group.firstTap;
    if (rows.borderBefore() == 0 && rows.borderAfter() == 0)
      return splatInteger(b, rows.kernel * across, type);
    Value taps = b.mul(countTaps(b, rows, b.add(tile.row, row)), across);
    return vector::BroadcastOp::create(b, type, arith::IndexCastOp::create(b, b.getI32Type(), taps));
  }

  /// The mean, halves away from the integer that was 0 before the type of the tensor changed.
  Value finish(const Tile &tile, int64_t row, const ColumnGroup &group, Value result, Value) override {
    mn::IntegerRange range = mn::getElementRange(element);
    if (!average)
      return narrow(b, result, 0, range);
    int64_t shift = static_cast<int64_t>(average.getStoredShift());
    Value taps = countTapsOf(tile, row, group), half = arith::ShRUIOp::create(b, taps, splatInteger(b, 1, type));
    if (shift != 0)
      result = arith::SubIOp::create(b, result, arith::MulIOp::create(b, taps, splatInteger(b, shift, type)));
    Value isNegative = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, result, splatInteger(b, 0, type));
    Value nudge =
        arith::SelectOp::create(b, isNegative, arith::SubIOp::create(b, splatInteger(b, 0, type), half), half);
    Value mean = arith::DivSIOp::create(b, arith::AddIOp::create(b, result, nudge), taps);
    return narrow(b, mean, shift, range);
  }

  mn::AveragePoolOp average;
  VectorType type;
  Type element;
};

} // namespace

void lower::buildIntegerPool(KernelBuilder &b, Operation *op, Buffers buffers) { IntegerPool(b, op, buffers).build(); }
