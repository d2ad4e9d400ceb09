// SPDX-License-Identifier: Apache-2.0
// Sums of bytes of two scales on x86, by their AdditionLine: pairs of bytes meet pairs of factors.
#include "passes/lower/Addition.h"
#include "passes/lower/kernels/IntegerNarrowing.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

/// One kernel, in vectors of `width` bytes.
class IntegerAddition {
public:
  IntegerAddition(KernelBuilder &b, mn::AddOp op, const AdditionLine &line, Buffers buffers, int64_t width)
      : b(b), line(line), buffers(buffers), width(width),
        range(mn::getActivationRange(op.getActivation(), op.getType())) {}

  void build() {
    int64_t vectors = buffers.back().shape.elements() / width;
    int64_t together = b.getSchedule().getPixels() * b.getLanes() / width;
    b.loopOverPart(
        mn::Split::Channels, 0, vectors, vectors, [&](Value vector) { addAt(b.mul(vector, width)); },
        std::max<int64_t>(together, 1));
  }

private:
  /// Packing puts in order again what unpacking takes apart.
  void addAt(Value address) {
    Value lhs = loadIntegers(b, buffers[0], address, width), rhs = loadIntegers(b, buffers[1], address, width);
    Value zeros = splatInteger(b, 0, getIntegerVector(b, width, 8));
    SmallVector<Value> sums;
    for (bool upperHalf : {false, true}) {
      Value pairs = unpackBytes(b, lhs, rhs, upperHalf, 1);
      for (bool upper : {false, true})
        sums.push_back(add(unpackBytes(b, pairs, zeros, upper, 1)));
    }
    storeBytes(b, packQuarters(b, sums, 0, range), buffers.back(), address);
  }

  /// One result a lane of `bytes`, two bytes that are widened to words.
  Value add(Value bytes) {
    constexpr int kBits = AdditionLine::kHalfBits;
    constexpr int64_t kLower = (1 << kBits) - 1;
    auto type = getIntegerVector(b, width / 4);
    Value words = vector::BitCastOp::create(b, getIntegerVector(b, width / 2, 16), bytes);
    auto sumOf = [&](int64_t left, int64_t right, int64_t start) -> Value {
      Value factors = splatInteger(b, left | right << 16, type);
      Value products = multiplyPairs(b, words, vector::BitCastOp::create(b, words.getType(), factors));
      return arith::AddIOp::create(b, products, splatInteger(b, start, type));
    };
    Value low = sumOf(line.left & kLower, line.right & kLower, line.start & kLower);
    Value high = sumOf(line.left >> kBits, line.right >> kBits, line.start >> kBits);
    Value sum = arith::AddIOp::create(b, high, arith::ShRSIOp::create(b, low, splatInteger(b, kBits, type)));
    return arith::ShRSIOp::create(b, sum, splatInteger(b, line.shift - kBits, type));
  }

  KernelBuilder &b;
  const AdditionLine &line;
  Buffers buffers;
  int64_t width;
  mn::IntegerRange range;
};

} // namespace

bool lower::buildIntegerAddition(KernelBuilder &b, mn::AddOp op, Buffers buffers) {
  constexpr int64_t kRegister = 16, kQuarter = 4;
  int64_t elements = buffers.back().shape.elements(), width = kQuarter * b.getLanes();
  auto isSame = [&](const Buffer &buffer) { return buffer.shape.elements() == elements; };
  while (width > kRegister && elements % width != 0)
    width /= 2;
  if (isArm(b) || width < kRegister || elements % width != 0 || !llvm::all_of(buffers, isSame))
    return false;
  std::optional<AdditionLine> line = findAdditionLine(op);
  if (line)
    IntegerAddition(b, op, *line, buffers, width).build();
  return line.has_value();
}
