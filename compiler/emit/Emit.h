// SPDX-License-Identifier: Apache-2.0
// The last stage: which files a compilation makes.
#ifndef MNCC_COMPILER_EMIT_EMIT_H
#define MNCC_COMPILER_EMIT_EMIT_H

#include "compiler/Compile.h"

namespace mncc {

/// Adds the dialects and translations that the printers need.
void registerEmitDialects(mlir::DialectRegistry &registry);

/// The options that the emitted code depends on, for the module attribute `mn.options`.
void addEmitOptions(const Options &options, mlir::ModuleOp module);

/// Fills `artifacts`, which has its name, from `lowered`: the model at the end of stage lower, once for each row of
/// `options.cpus`. With several rows, C++ and MLIR are not asked for. Fails after reporting to the modules' context.
mlir::LogicalResult emitArtifacts(llvm::ArrayRef<mlir::ModuleOp> lowered, const Options &options, const Model &model,
                                  Artifacts &artifacts);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_EMIT_H
