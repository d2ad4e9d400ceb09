// SPDX-License-Identifier: Apache-2.0
// What a layer costs when threads share it: its work, and the lines that travel from the caches in which other threads
// have written them.
#ifndef MNCC_PASSES_TILE_THREADCOST_H
#define MNCC_PASSES_TILE_THREADCOST_H

#include "dialects/mn/Mn.h"

namespace mncc::tile {

/// How a layer's result came about: by one thread (no value), or by all, each some channels or some pixels.
using Sharing = std::optional<mn::Split>;

/// Which part of the result of `layer` each thread writes that shares it as `sharing` says: where a walk's memory is
/// cut, that is pixels if one block holds all channels.
Sharing getRegion(mn::LayerOpInterface layer, Sharing sharing);

/// Cycles from handing out `layer` to its end where `threads` threads share it as `sharing` says; `writers` tells for
/// each of mn::listInputs() which part each thread has written. Infinite where the layer, with its schedule, cannot be
/// shared so.
double predictShared(mn::LayerOpInterface layer, mn::TargetAttr target, int64_t threads, Sharing sharing,
                     llvm::ArrayRef<Sharing> writers);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_THREADCOST_H
