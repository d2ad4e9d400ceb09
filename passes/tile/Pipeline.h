// SPDX-License-Identifier: Apache-2.0
// The tile stage: its passes, in running order.
#ifndef MNCC_PASSES_TILE_PIPELINE_H
#define MNCC_PASSES_TILE_PIPELINE_H

#include "mlir/Pass/PassManager.h"

namespace mncc {

/// Adds the passes of the tile stage to `manager`, a pass manager of modules.
void buildTilePipeline(mlir::OpPassManager &manager);

} // namespace mncc

#endif // MNCC_PASSES_TILE_PIPELINE_H
