// SPDX-License-Identifier: Apache-2.0
// The function of a module whose layers are those of the model.
#ifndef MNCC_COMPILER_COMMANDS_NETWORKFUNCTION_H
#define MNCC_COMPILER_COMMANDS_NETWORKFUNCTION_H

#include "dialects/mn/Mn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mncc {

/// The network of `module`; null before and after the stages that have one.
inline mlir::func::FuncOp findNetwork(mlir::ModuleOp module) {
  return module.lookupSymbol<mlir::func::FuncOp>(mn::kNetworkFunction);
}

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_NETWORKFUNCTION_H
