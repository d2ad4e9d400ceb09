// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_TILE_LAYERSHAPES_H
#define MNCC_PASSES_TILE_LAYERSHAPES_H

#include "dialects/mn/Mn.h"

#include "llvm/ADT/MapVector.h"

#include <string>

namespace mncc::tile {

/// What a schedule of `layer` was made for, in words: "conv2d 224x224x3 -> 112x112x32, 3x3 stride 2".
std::string describeShapes(mn::LayerOpInterface layer);

/// The layers in `root` that a schedule can be asked for by name, in their order. A copy between layouts, or a change
/// of how integers are stored, carries the name of the layer before it, which is the one that is meant; a chain has no
/// name.
llvm::MapVector<llvm::StringRef, mn::LayerOpInterface> listNamedLayers(mlir::Operation *root);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_LAYERSHAPES_H
