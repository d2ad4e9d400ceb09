// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/Pipeline.h"

#include "passes/Passes.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;

void mncc::buildKernelPipeline(OpPassManager &pipeline) {
  // A dump of stage tile may have been edited by hand.
  pipeline.addNestedPass<func::FuncOp>(createCheckArenaPass());
  pipeline.addPass(createPackWeightsPass());
  pipeline.addPass(createLowerToKernelsPass());
  pipeline.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pipeline.addNestedPass<func::FuncOp>(createCSEPass());
}
