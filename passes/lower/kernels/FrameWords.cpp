// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/FrameWords.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// The words from `address`, of i32, to the next line.
static Value countToLine(KernelBuilder &b, Value address) {
  constexpr int64_t kLineBytes = 64;
  Value bytes = arith::AndIOp::create(b, b.sub(b.index(0), address), b.index(kLineBytes - 1));
  return b.div(bytes, kFrameWordBytes);
}

// An alloca that asked for a line would have the whole frame aligned, whose size would then be unknown.
FrameWords::FrameWords(KernelBuilder &b, int64_t count) : b(b) {
  constexpr int64_t kLineWords = 16;
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.getInsertionBlock();
  while (!isa<func::FuncOp>(block->getParentOp()))
    block = block->getParentOp()->getBlock();
  b.setInsertionPointToStart(block);
  words = memref::AllocaOp::create(b, MemRefType::get({count + kLineWords}, b.getI32Type()));
  start = countToLine(b, memref::ExtractAlignedPointerAsIndexOp::create(b, words));
}

void FrameWords::set(Value values, Value place) {
  vector::StoreOp::create(b, values, words, ValueRange(b.add(start, place)));
}

Value FrameWords::get(Value place, int64_t lanes) {
  return vector::LoadOp::create(b, VectorType::get({lanes}, b.getI32Type()), words, ValueRange(b.add(start, place)));
}

Value FrameWords::address() const {
  return b.add(memref::ExtractAlignedPointerAsIndexOp::create(b, words), b.mul(start, kFrameWordBytes));
}
