// SPDX-License-Identifier: Apache-2.0
// Resize of integers: places and shares come from a table, and the neighbours are mixed as the layer's engine does.
#include "passes/lower/ResizeTable.h"
#include "passes/lower/kernels/IntegerArithmetic.h"
#include "passes/lower/kernels/Kernels.h"
#include "passes/lower/kernels/ResizeWalk.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

class IntegerResize {
public:
  IntegerResize(KernelBuilder &b, mn::ResizeOp op, Buffers buffers)
      : b(b), op(op), input(buffers[0]), table(buffers[1]), output(buffers[2]), shares(getResizeShares(op)),
        type(getIntegerVector(b, b.getLanes())), shift(getStoredShift(op)) {}

  void build() {
    forEachResult(
        b, output, [&](Value entry) { return readEntry(entry); },
        [&](Value channelVector, const ResizeSample &row, const ResizeSample &column, Value address) {
          storeBytes(b, sample(channelVector, row, column), output, address);
        });
  }

private:
  ResizeSample readEntry(Value index) {
    Value address = b.mul(index, 3);
    auto word = [&](int64_t field) -> Value {
      return memref::LoadOp::create(b, table.memref, ValueRange(b.add(address, field)));
    };
    auto place = [&](int64_t field) { return arith::IndexCastOp::create(b, b.getIndexType(), word(field)); };
    return {place(0), place(1), word(2)};
  }

  Value readBytes(Value channelVector, Value y, Value x) {
    Value pixel = b.add(b.mul(y, input.shape.image.width), x);
    return loadIntegers(b, input, b.vectorAddress(input.shape, channelVector, pixel), b.getLanes());
  }

  Value sample(Value channelVector, const ResizeSample &row, const ResizeSample &column) {
    if (shares == ResizeShares::None)
      return readBytes(channelVector, row.first, column.first);
    auto read = [&](Value y, Value x) { return widen(b, readBytes(channelVector, y, x), isUnsigned(op.getInput())); };
    std::array<Value, 4> corners = {read(row.first, column.first), read(row.second, column.first),
                                    read(row.first, column.second), read(row.second, column.second)};
    Value mixed = shares == ResizeShares::Floats ? mixFloats(corners, row.share, column.share)
                                                 : mixIntegers(corners, row.share, column.share);
    return narrow(b, mixed, shares == ResizeShares::Finer ? 0 : shift,
                  mn::getElementRange(getElementTypeOrSelf(op.getOutput())));
  }

  /// The corners times their shares, which add up to a power of two, divided by that.
  Value mixIntegers(ArrayRef<Value> corners, Value row, Value column) {
    int64_t bits = shares == ResizeShares::Fine ? 10 : 11;
    Value one = arith::ConstantOp::create(b, b.getI32IntegerAttr(1 << bits)), sum;
    std::array<Value, 2> rows = {arith::SubIOp::create(b, one, row), row};
    std::array<Value, 2> columns = {arith::SubIOp::create(b, one, column), column};
    for (auto [index, corner] : llvm::enumerate(corners)) {
      Value share = arith::MulIOp::create(b, rows[index % 2], columns[index / 2]);
      Value product = arith::MulIOp::create(b, corner, vector::BroadcastOp::create(b, type, share));
      sum = sum ? arith::AddIOp::create(b, sum, product).getResult() : product;
    }
    return shares == ResizeShares::Fine ? divideAway(sum, 2 * bits) : divideUp(sum, 2 * bits);
  }

  /// Halves upwards: what choose-storage has added makes no difference.
  Value divideUp(Value sum, int64_t bits) {
    sum = arith::AddIOp::create(b, sum, splatInteger(b, int64_t(1) << (bits - 1), type));
    return arith::ShRSIOp::create(b, sum, splatInteger(b, bits, type));
  }

  /// Halves away from 0, which lies where choose-storage found it.
  Value divideAway(Value sum, int64_t bits) {
    sum = arith::SubIOp::create(b, sum, splatInteger(b, shift * (int64_t(1) << bits), type));
    Value half = splatInteger(b, int64_t(1) << (bits - 1), type);
    Value isPositive = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, sum, splatInteger(b, 0, type));
    Value away = arith::SelectOp::create(b, isPositive, arith::AddIOp::create(b, sum, half),
                                         arith::SubIOp::create(b, sum, half));
    return arith::DivSIOp::create(b, away, splatInteger(b, int64_t(1) << bits, type));
  }

  /// The sum in TFLite's order, each step rounded to a float; then the integer below half a unit more.
  Value mixFloats(ArrayRef<Value> corners, Value row, Value column) {
    auto vectorType = VectorType::get(type.getShape(), b.getF32Type());
    auto toShares = [&](Value bits) -> std::array<Value, 2> {
      Value share = vector::BroadcastOp::create(b, vectorType, arith::BitcastOp::create(b, b.getF32Type(), bits));
      return {arith::SubFOp::create(b, b.constant(1, vectorType), share), share};
    };
    std::array<Value, 2> rows = toShares(row), columns = toShares(column);
    Value sum;
    for (auto [index, corner] : llvm::enumerate(corners)) {
      Value value = arith::SubIOp::create(b, corner, splatInteger(b, shift, type));
      Value product = arith::MulFOp::create(b, arith::SIToFPOp::create(b, vectorType, value), rows[index % 2]);
      product = arith::MulFOp::create(b, product, columns[index / 2]);
      sum = sum ? arith::AddFOp::create(b, sum, product).getResult() : product;
    }
    return arith::FPToSIOp::create(b, type, arith::AddFOp::create(b, sum, b.constant(0.5, vectorType)));
  }

  KernelBuilder &b;
  mn::ResizeOp op;
  Buffer input, table, output;
  ResizeShares shares;
  VectorType type;
  /// What choose-storage has added to the integers.
  int64_t shift;
};

} // namespace

void lower::buildIntegerResize(KernelBuilder &b, mn::ResizeOp op, Buffers buffers) {
  IntegerResize(b, op, buffers).build();
}
