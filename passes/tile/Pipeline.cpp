// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/Pipeline.h"

#include "passes/Passes.h"

using namespace mlir;

void mncc::buildTilePipeline(OpPassManager &pipeline, ArrayRef<std::string> disabled) {
  OpPassManager &network = pipeline.nest<func::FuncOp>();
  network.addPass(createChooseStoragePass());
  network.addPass(createChooseLayoutsPass());
  if (!llvm::is_contained(disabled, kPlanFusion))
    network.addPass(createPlanFusionPass());
  network.addPass(createChooseTilesPass());
  network.addPass(createApplySchedulePass());
  network.addPass(createPlanThreadsPass());
  network.addPass(createPlanArenaPass());
  network.addPass(createCheckArenaPass());
}
