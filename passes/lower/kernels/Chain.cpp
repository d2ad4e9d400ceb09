// SPDX-License-Identifier: Apache-2.0
// A chain of layers in turns: each computes the rows that the next one needs and that are not there yet, into a ring,
// so that a tensor between two layers need never be in memory as a whole.
#include "dialects/mn/Strips.h"
#include "passes/lower/kernels/Kernels.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// countInputRows() of `count` rows that are known at run time only.
static Value countInputRows(KernelBuilder &b, const mn::Window &rows, Value count) {
  int64_t beyond = (rows.kernel - 1) * rows.dilation + 1 - rows.stride - rows.padBefore;
  Value needed = b.mul(count, rows.stride);
  needed = beyond < 0 ? b.sub(needed, b.index(-beyond)) : b.add(needed, beyond);
  needed = b.min(needed, b.index(rows.input));
  // Before the first turn nothing is needed; windows that overlap would say otherwise.
  return beyond == 0 ? needed : b.select(b.isLess(b.index(0), count), needed, b.index(0));
}

/// How many strips each layer has computed after `turns` turns.
static SmallVector<Value> countStrips(KernelBuilder &b, mn::FusedOp op, Value turns) {
  SmallVector<mn::Window> windows = mn::getRowWindows(op);
  ArrayRef<int64_t> strips = op.getStrips();
  SmallVector<Value> counts(windows.size(), turns);
  for (size_t index = windows.size() - 1; index-- > 0;) {
    Value needed = countInputRows(b, windows[index + 1], b.mul(counts[index + 1], strips[index + 1]));
    counts[index] = b.div(b.add(needed, strips[index] - 1), strips[index]);
  }
  return counts;
}

void lower::buildChain(KernelBuilder &b, mn::FusedOp op, llvm::function_ref<void(size_t, Value)> runStrip) {
  ArrayRef<int64_t> strips = op.getStrips();
  size_t last = strips.size() - 1;
  b.loop(mn::getImageShape(op.getResult()).height / strips.back(), [&](Value turn) {
    SmallVector<Value> done = countStrips(b, op, turn), wanted = countStrips(b, op, b.add(turn, 1));
    for (size_t index = 0; index < last; ++index)
      b.loopBetween(done[index], wanted[index], [&](Value strip) { runStrip(index, b.mul(strip, strips[index])); });
    runStrip(last, b.mul(turn, strips[last]));
  });
}
