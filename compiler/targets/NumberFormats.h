// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_COMPILER_TARGETS_NUMBERFORMATS_H
#define MNCC_COMPILER_TARGETS_NUMBERFORMATS_H

#include "compiler/import/Diagnostics.h"
#include "dialects/mn/Mn.h"

namespace mncc {

/// Fails, at the first layer with weights, where the row of `module` lacks the instructions for the formats of numbers
/// that its options ask for; a note lists the rows that have them, those of `targetFile` (empty for none) too.
llvm::LogicalResult checkNumberFormats(mlir::ModuleOp module, const std::string &targetFile, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_TARGETS_NUMBERFORMATS_H
