// SPDX-License-Identifier: Apache-2.0
// Offsets for buffers whose sizes and lifetimes are known: offline dynamic storage allocation, without any IR.
#ifndef MNCC_PASSES_TILE_ARENAPLAN_H
#define MNCC_PASSES_TILE_ARENAPLAN_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace mncc::tile {

/// One buffer: alive from moment `first` to moment `last`, both included.
struct ArenaBuffer {
  /// Size in bytes, a multiple of the alignment that offsets shall have.
  int64_t bytes;
  int64_t first, last;
  /// Where planOffsets() puts it.
  int64_t offset = -1;

  /// True where both are alive at some moment.
  bool meets(const ArenaBuffer &other) const { return first <= other.last && other.first <= last; }
};

/// Bytes alive at once, at the worst moment: no plan needs fewer.
int64_t boundOffsets(llvm::ArrayRef<ArenaBuffer> buffers);

/// Sets the offset of every buffer so that no two that meet overlap, and returns the bytes of the whole. Largest first,
/// each at the lowest place that is free while it lives; where that needs more than boundOffsets(), a search over
/// orders that gives up after a fixed number of steps. Equal input gives equal output on every machine.
int64_t planOffsets(llvm::MutableArrayRef<ArenaBuffer> buffers);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_ARENAPLAN_H
