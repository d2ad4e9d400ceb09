// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/Strips.h"

using namespace mlir;
using namespace mncc::mn;

static int64_t divideUp(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

int64_t mncc::mn::countInputRows(const Window &rows, int64_t count) {
  if (count == 0)
    return 0;
  int64_t last = (count - 1) * rows.stride - rows.padBefore + (rows.kernel - 1) * rows.dilation;
  return std::min(rows.input, std::max<int64_t>(last + 1, 0));
}

int64_t mncc::mn::countRowsAfter(ArrayRef<Window> windows, ArrayRef<int64_t> strips, size_t index, int64_t turns) {
  if (index + 1 == windows.size())
    return std::min(turns * strips[index], windows[index].output());
  const Window &next = windows[index + 1];
  int64_t needed = countInputRows(next, countRowsAfter(windows, strips, index + 1, turns));
  return std::min(divideUp(needed, strips[index]) * strips[index], windows[index].output());
}

int64_t mncc::mn::countLeastRing(ArrayRef<Window> windows, ArrayRef<int64_t> strips, size_t index) {
  const Window &next = windows[index + 1];
  int64_t height = windows[index].output(), turns = divideUp(windows.back().output(), strips.back()), least = 0;
  for (int64_t turn = 0; turn < turns; ++turn) {
    int64_t read = countRowsAfter(windows, strips, index + 1, turn);
    if (read == countRowsAfter(windows, strips, index + 1, turn + 1))
      continue;
    int64_t first = std::max<int64_t>(read * next.stride - next.padBefore, 0);
    least = std::max(least, countRowsAfter(windows, strips, index, turn + 1) - first);
  }
  return std::min(divideUp(least, strips[index]) * strips[index], height);
}

SmallVector<Window> mncc::mn::getRowWindows(FusedOp op) {
  SmallVector<Window> windows;
  for (WeightedOpInterface layer : op.getLayers())
    windows.push_back(getWindow(layer, 0));
  return windows;
}

std::optional<size_t> mncc::mn::getFusedIndex(Operation *layer) {
  auto fused = dyn_cast_or_null<FusedOp>(layer->getParentOp());
  if (!fused)
    return std::nullopt;
  for (auto [index, other] : llvm::enumerate(fused.getLayers()))
    if (other.getOperation() == layer)
      return index;
  return std::nullopt;
}

int64_t mncc::mn::getStripRows(Operation *layer) {
  if (std::optional<size_t> index = getFusedIndex(layer))
    return cast<FusedOp>(layer->getParentOp()).getStrips()[*index];
  return getImageShape(layer->getResult(0)).height;
}

Window mncc::mn::getStripWindow(Operation *layer) {
  Window rows = getWindow(layer, 0);
  int64_t strip = getStripRows(layer);
  if (strip < rows.output()) {
    rows.input = (strip - 1) * rows.stride + (rows.kernel - 1) * rows.dilation + 1 - rows.padBefore;
    rows.padAfter = 0;
  }
  return rows;
}

int64_t mncc::mn::getRingRows(Operation *layer) {
  std::optional<size_t> index = getFusedIndex(layer);
  ArrayRef<int64_t> rings = index ? cast<FusedOp>(layer->getParentOp()).getRings() : ArrayRef<int64_t>();
  return index && *index < rings.size() ? rings[*index] : getImageShape(layer->getResult(0)).height;
}
