// SPDX-License-Identifier: Apache-2.0
// Runs single passes on IR files.
#include "compiler/targets/SetTarget.h"
#include "passes/Passes.h"
#include "passes/fuse/Pipeline.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<mncc::mn::MnDialect>();
  mncc::registerMnccPasses();
  mncc::registerSetTargetPass();
  mncc::registerFusePipeline();
  mlir::registerTransformsPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "mncc-opt: runs passes of mncc\n", registry));
}
