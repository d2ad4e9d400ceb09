// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/Tiling.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

SmallVector<TileRun> lower::cutEvenly(int64_t extent, int64_t size) {
  if (extent <= 0)
    return {};
  int64_t tiles = (extent + size - 1) / size, small = extent / tiles, larger = extent % tiles;
  SmallVector<TileRun> runs;
  if (larger > 0)
    runs.push_back({0, larger, small + 1});
  runs.push_back({larger * (small + 1), tiles - larger, small});
  return runs;
}

SmallVector<PanelRun> lower::cutPanels(const BufferShape &output, int64_t lanes, int64_t vectors) {
  int64_t channels = output.image.channels, total = (channels + lanes - 1) / lanes;
  int64_t lastLanes = output.isNhwc() ? channels % lanes : 0;
  int64_t rest = total % vectors, full = total / vectors;
  if (lastLanes != 0 && rest == 0)
    --full, rest = vectors;
  SmallVector<PanelRun> runs;
  if (full > 0)
    runs.push_back({0, full, vectors, 0});
  if (rest > 0)
    runs.push_back({full * vectors, 1, rest, lastLanes});
  return runs;
}

static Value select(KernelBuilder &b, arith::CmpIPredicate predicate, Value lhs, Value rhs, Value yes, Value no) {
  return b.createOrFold<arith::SelectOp>(b.createOrFold<arith::CmpIOp>(predicate, lhs, rhs), yes, no);
}

namespace {
/// The taps [begin, end) inside the image, and where tap 0 lies, counted from the first padded place: never negative.
struct TapRange {
  Value begin, end, origin;
};
} // namespace

static TapRange tapsOf(KernelBuilder &b, const mn::Window &window, Value position) {
  Value origin = b.mul(position, window.stride);
  Value begin = b.index(0), end = b.index(window.kernel);
  auto tapsUntil = [&](Value distance) { return b.div(b.add(distance, window.dilation - 1), window.dilation); };
  if (window.padBefore > 0) {
    Value pad = b.index(window.padBefore);
    begin = select(b, arith::CmpIPredicate::ult, origin, pad, tapsUntil(b.sub(pad, origin)), begin);
  }
  int64_t last = (window.output() - 1) * window.stride + (window.kernel - 1) * window.dilation;
  if (last >= window.input + window.padBefore) {
    Value limit = b.index(window.input + window.padBefore);
    Value inside = tapsUntil(b.sub(limit, origin));
    inside = select(b, arith::CmpIPredicate::ult, end, inside, end, inside);
    end = select(b, arith::CmpIPredicate::ult, origin, limit, inside, b.index(0));
  }
  return {begin, end, origin};
}

void lower::forEachTap(KernelBuilder &b, const mn::Window &window, Value position, bool interior,
                       llvm::function_ref<void(Value, Value)> body, Unroll unroll) {
  auto visit = [&](Value origin, Value tap) {
    body(tap, b.sub(b.add(origin, b.mul(tap, window.dilation)), b.index(window.padBefore)));
  };
  bool isWhole = interior || (window.borderBefore() == 0 && window.borderAfter() == 0);
  if (isWhole) {
    Value origin = b.mul(position, window.stride);
    return b.loop(window.kernel, [&](Value tap) { visit(origin, tap); }, unroll);
  }
  TapRange taps = tapsOf(b, window, position);
  std::optional<int64_t> begin = getConstantIntValue(taps.begin), end = getConstantIntValue(taps.end);
  // LLVM makes two turns of a counted loop into something else.
  if (begin && end)
    return b.loop(
        *end - *begin, [&](Value tap) { visit(taps.origin, b.add(tap, *begin)); },
        *end - *begin == 2 ? Unroll::Full : unroll);
  b.loopBetween(taps.begin, taps.end, [&](Value tap) { visit(taps.origin, tap); });
}

void lower::forEachTapOfRing(KernelBuilder &b, const mn::Window &window, Value position, int64_t ring,
                             llvm::function_ref<void(Value, Value)> body) {
  TapRange taps = tapsOf(b, window, position);
  Value first = b.rem(b.sub(b.add(taps.origin, taps.begin), b.index(window.padBefore)), ring);
  Value count = b.sub(taps.end, taps.begin), beforeEnd = b.min(count, b.sub(b.index(ring), first));
  auto visit = [&](Value turn, Value place) { body(b.add(taps.begin, turn), b.add(place, turn)); };
  b.loopBetween(b.index(0), beforeEnd, [&](Value turn) { visit(turn, first); });
  Value start = b.sub(first, b.index(ring));
  b.loopBetween(beforeEnd, count, [&](Value turn) { visit(turn, start); });
}

Value lower::countTaps(KernelBuilder &b, const mn::Window &window, Value position) {
  TapRange taps = tapsOf(b, window, position);
  return b.sub(taps.end, taps.begin);
}

Value lower::borderClass(KernelBuilder &b, const mn::Window &window, Value position) {
  int64_t before = window.borderBefore(), after = window.borderAfter(), output = window.output();
  Value result = b.min(position, b.index(before));
  if (after == 0)
    return result;
  Value firstAfter = b.index(output - after);
  Value classAfter = b.sub(b.add(position, before + 1), firstAfter);
  return select(b, arith::CmpIPredicate::ult, position, firstAfter, result, classAfter);
}

SmallVector<ColumnRun> lower::cutColumns(const mn::Window &window, int64_t size) {
  int64_t before = window.borderBefore(), after = window.borderAfter(), interior = window.output() - before - after;
  SmallVector<ColumnRun> runs;
  if (before > 0)
    runs.push_back({{0, before, 1}, false});
  for (TileRun run : cutEvenly(interior, size))
    runs.push_back({{before + run.first, run.count, run.size}, true});
  if (after > 0)
    runs.push_back({{before + interior, after, 1}, false});
  return runs;
}

SmallVector<TileRun> lower::cutAtBorders(const mn::Window &window, int64_t size) {
  int64_t before = window.borderBefore(), firstAfter = window.output() - window.borderAfter();
  SmallVector<TileRun> runs;
  bool isLastInterior = false;
  for (const TileRun &run : cutEvenly(window.output(), size))
    for (int64_t tile = 0; tile < run.count; ++tile) {
      int64_t first = run.first + tile * run.size;
      bool isInterior = first >= before && first + run.size <= firstAfter;
      if (isInterior && isLastInterior && runs.back().size == run.size)
        ++runs.back().count;
      else
        runs.push_back({first, 1, run.size});
      isLastInterior = isInterior;
    }
  return runs;
}

SmallVector<ColumnGroup> lower::groupColumns(const mn::Window &window, const TileRun &run) {
  int64_t before = window.borderBefore(), firstAfter = window.output() - window.borderAfter();
  SmallVector<ColumnGroup> groups;
  for (int64_t column = 0; column < run.size; ++column) {
    int64_t position = run.first + column;
    int64_t borderClass = position < firstAfter ? std::min(position, before) : position - firstAfter + before + 1;
    int64_t firstTap = window.firstTap(position), endTap = window.endTap(position);
    if (!groups.empty() && groups.back().firstTap == firstTap && groups.back().endTap == endTap &&
        groups.back().borderClass == borderClass)
      ++groups.back().count;
    else
      groups.push_back({column, 1, firstTap, endTap, borderClass});
  }
  return groups;
}

template <typename Run> static int64_t sumCounts(ArrayRef<Run> runs, llvm::function_ref<int64_t(const Run &)> countOf) {
  int64_t count = 0;
  for (const Run &run : runs)
    count += countOf(run);
  return count;
}

int64_t lower::countTurns(ArrayRef<TileRun> runs) {
  return sumCounts<TileRun>(runs, [](const TileRun &run) { return run.count; });
}

int64_t lower::countTurns(ArrayRef<PanelRun> runs) {
  return sumCounts<PanelRun>(runs, [](const PanelRun &run) { return run.count; });
}

int64_t lower::countTurns(ArrayRef<ColumnRun> runs) {
  return sumCounts<ColumnRun>(runs, [](const ColumnRun &run) { return run.tiles.count; });
}
