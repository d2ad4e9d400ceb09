// SPDX-License-Identifier: Apache-2.0
// The tile stage: its passes, in running order.
#ifndef MNCC_PASSES_TILE_PIPELINE_H
#define MNCC_PASSES_TILE_PIPELINE_H

#include "mlir/Pass/PassManager.h"

#include <string>

namespace mncc {

/// The flag of the one pass of the tile stage that may be disabled.
inline constexpr llvm::StringLiteral kPlanFusion = "plan-fusion";

/// Adds the passes of the tile stage to `manager`, a pass manager of modules, without plan-fusion where `disabled`
/// names it.
void buildTilePipeline(mlir::OpPassManager &manager, llvm::ArrayRef<std::string> disabled);

} // namespace mncc

#endif // MNCC_PASSES_TILE_PIPELINE_H
