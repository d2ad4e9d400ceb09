// SPDX-License-Identifier: Apache-2.0
// Tells editors about dumps: errors as one types, definitions, hovers (the Language Server Protocol on standard input
// and output).
#include "dialects/mn/Mn.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  registry.insert<mncc::mn::MnDialect>();
  return mlir::asMainReturnCode(mlir::MlirLspServerMain(argc, argv, registry));
}
