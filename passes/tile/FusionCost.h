// SPDX-License-Identifier: Apache-2.0
// What a chain of layers gains by running through row rings, in the numbers of the row.
#ifndef MNCC_PASSES_TILE_FUSIONCOST_H
#define MNCC_PASSES_TILE_FUSIONCOST_H

#include "dialects/mn/Shapes.h"

#include <optional>
#include <string>

namespace mncc::tile {

/// The rows of `mn.fused`, one strip a layer and one ring for each layer but the last.
struct Strips {
  llvm::SmallVector<int64_t> strips, rings;
};

/// The strips of a chain with the windows `windows` along height whose last layer computes `strip` rows in a turn: each
/// other layer as many as a turn uses up, or where its height is no multiple of that, the next smaller divisor. Nothing
/// where a window has more padding than it covers.
std::optional<Strips> chooseStrips(llvm::ArrayRef<mn::Window> windows, int64_t strip);

/// Cycles that `chain` saves over its layers one by one, `layers`; negative where it costs. Saved is what tensors
/// between the layers travel beyond L2; lost is what shorter runs of pixels make of the tiles. Chains whose rings and
/// weights do not stay in half of L2 save nothing.
double countSavedCycles(mn::FusedOp chain, llvm::ArrayRef<mn::WeightedOpInterface> layers, mn::TargetAttr target);

/// The figures behind countSavedCycles() for people.
std::string explainFusion(mn::FusedOp chain, llvm::ArrayRef<mn::WeightedOpInterface> layers, mn::TargetAttr target);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_FUSIONCOST_H
