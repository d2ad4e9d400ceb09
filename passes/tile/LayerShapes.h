// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_TILE_LAYERSHAPES_H
#define MNCC_PASSES_TILE_LAYERSHAPES_H

#include "dialects/mn/Mn.h"

#include <string>

namespace mncc::tile {

/// What a schedule of `layer` was made for, in words: "conv2d 224x224x3 -> 112x112x32, 3x3 stride 2".
std::string describeShapes(mn::LayerOpInterface layer);

/// True where `layer` has a name of its own: copies between layouts carry the name of what they copy.
bool hasOwnName(mn::LayerOpInterface layer);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_LAYERSHAPES_H
