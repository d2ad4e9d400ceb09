// SPDX-License-Identifier: Apache-2.0
// IR as text: without weights, with locations, so that a person can read and edit it and mncc can go on from it.
#ifndef MNCC_COMPILER_DUMP_H
#define MNCC_COMPILER_DUMP_H

#include "compiler/Compile.h"
#include "compiler/import/Diagnostics.h"
#include "mlir/Pass/PassInstrumentation.h"

#include <memory>

namespace mncc {

/// The file beside dumps that holds every weight once, by the key of its resource.
inline constexpr llvm::StringLiteral kDumpWeightsFile = "weights.safetensors";

/// `module` as text; weights are left out, names and places of layers are kept.
std::string printDump(mlir::ModuleOp module);

/// Writes `NN-<pass>.mlir` into `directory` after each pass that changed something, numbered from 01 on, and on
/// destruction the weights of all of them. The directory is made where it is missing. A file that cannot be written is an
/// error in `diagnostics`.
std::unique_ptr<mlir::PassInstrumentation> makeDumper(const std::string &directory, Diagnostics &diagnostics);

/// Reads a dump of any stage from `path` and its weights from the neighbouring file. Reports an error and fails where the
/// text does not parse or verify, is no dump of mncc, or a weight is missing.
mlir::FailureOr<Model> readDump(mlir::MLIRContext &context, const std::string &path, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_DUMP_H
