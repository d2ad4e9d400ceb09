// SPDX-License-Identifier: Apache-2.0
// The tiles of dense layers of integers on AArch64, where a core issues few instructions a cycle and every one counts.
#ifndef MNCC_PASSES_TILE_INTEGERTILE_H
#define MNCC_PASSES_TILE_INTEGERTILE_H

#include "passes/lower/IntegerForm.h"
#include "passes/tile/RegisterTile.h"

namespace mncc::tile {

/// A dense layer that loads 16 input channels of a pixel at once (lower::takesRegisters()).
struct IntegerLayer {
  lower::IntegerForm form;
  /// Its outputs, in pixels and in vectors of channels.
  int64_t pixels, vectors;
  /// Loads of input channels under an output.
  int64_t steps;
  IntegerSums sums;
};

/// The tile that takes the fewest instructions on the row `target` among those whose sums, inputs and weights fit its
/// registers.
RegisterTile chooseIntegerTile(mn::TargetAttr target, const IntegerLayer &layer);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_INTEGERTILE_H
