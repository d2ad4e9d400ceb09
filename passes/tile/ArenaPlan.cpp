// SPDX-License-Identifier: Apache-2.0
// Largest first at the lowest free offset (Pisarchyk and Lee, arXiv 2001.03288, "greedy by size") is exact for most
// networks; where it is not, orders are tried depth first with the best total so far as the bound.
#include "passes/tile/ArenaPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <tuple>
#include <vector>

using namespace mncc::tile;

int64_t mncc::tile::boundOffsets(llvm::ArrayRef<ArenaBuffer> buffers) {
  int64_t bound = 0;
  for (const ArenaBuffer &start : buffers) {
    int64_t alive = 0;
    for (const ArenaBuffer &buffer : buffers)
      if (buffer.first <= start.first && start.first <= buffer.last)
        alive += buffer.bytes;
    bound = std::max(bound, alive);
  }
  return bound;
}

/// The lowest offset where `buffer` overlaps none of the placed buffers that it meets.
static int64_t lowestFreeOffset(const ArenaBuffer &buffer, llvm::ArrayRef<ArenaBuffer *> placed) {
  llvm::SmallVector<const ArenaBuffer *, 16> meeting;
  for (const ArenaBuffer *other : placed)
    if (other->meets(buffer))
      meeting.push_back(other);
  llvm::sort(meeting, [](auto *a, auto *b) { return std::tie(a->offset, a) < std::tie(b->offset, b); });
  int64_t offset = 0;
  for (const ArenaBuffer *other : meeting) {
    if (other->offset >= offset + buffer.bytes)
      break;
    offset = std::max(offset, other->offset + other->bytes);
  }
  return offset;
}

static int64_t planGreedily(llvm::ArrayRef<ArenaBuffer *> bySize) {
  std::vector<ArenaBuffer *> placed;
  int64_t total = 0;
  for (ArenaBuffer *buffer : bySize) {
    buffer->offset = lowestFreeOffset(*buffer, placed);
    total = std::max(total, buffer->offset + buffer->bytes);
    placed.push_back(buffer);
  }
  return total;
}

namespace {

/// Some best plan has each buffer on the ground or on top of another; listed by offset, its buffers come to lie there
/// when they are placed in that order, so orders whose offsets fall need not be tried.
class OrderSearch {
public:
  OrderSearch(std::vector<ArenaBuffer *> buffers, int64_t total, int64_t bound)
      : waiting(std::move(buffers)), best(total), bound(bound) {
    saveOffsets();
  }

  int64_t run() {
    placeNext(/*previous=*/0);
    for (auto [buffer, offset] : bestOffsets)
      buffer->offset = offset;
    return best;
  }

private:
  static constexpr int64_t kMostSteps = 20000;

  void saveOffsets() {
    bestOffsets.clear();
    for (ArenaBuffer *buffer : waiting.empty() ? placed : waiting)
      bestOffsets.push_back({buffer, buffer->offset});
  }

  void placeNext(int64_t previous) {
    if (waiting.empty()) {
      best = 0;
      for (ArenaBuffer *buffer : placed)
        best = std::max(best, buffer->offset + buffer->bytes);
      return saveOffsets();
    }
    for (size_t index = 0; index < waiting.size() && best > bound && steps < kMostSteps; ++index) {
      ArenaBuffer *buffer = waiting[index];
      int64_t offset = lowestFreeOffset(*buffer, placed);
      ++steps;
      if (offset < previous || offset + buffer->bytes >= best)
        continue;
      buffer->offset = offset;
      waiting.erase(waiting.begin() + index);
      placed.push_back(buffer);
      placeNext(offset);
      placed.pop_back();
      waiting.insert(waiting.begin() + index, buffer);
    }
  }

  std::vector<ArenaBuffer *> waiting, placed;
  std::vector<std::pair<ArenaBuffer *, int64_t>> bestOffsets;
  int64_t best, bound, steps = 0;
};

} // namespace

int64_t mncc::tile::planOffsets(llvm::MutableArrayRef<ArenaBuffer> buffers) {
  std::vector<ArenaBuffer *> bySize;
  for (ArenaBuffer &buffer : buffers)
    bySize.push_back(&buffer);
  // Pointers into one array: the last tie is broken by the index.
  llvm::sort(bySize,
             [](auto *a, auto *b) { return std::tie(b->bytes, a->first, a) < std::tie(a->bytes, b->first, b); });
  int64_t bound = boundOffsets(buffers), total = planGreedily(bySize);
  return total == bound ? total : OrderSearch(bySize, total, bound).run();
}
