// SPDX-License-Identifier: Apache-2.0
// The last step of import: a description and its weights become `mn` ops.
#ifndef MNCC_COMPILER_IMPORT_BUILDMODULE_H
#define MNCC_COMPILER_IMPORT_BUILDMODULE_H

#include "compiler/Options.h"
#include "compiler/import/ParseDescription.h"
#include "compiler/import/Weights.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace mncc {

/// Builds the function @network of a new module, one op a layer, each at the layer's name and its line in the
/// description. Arguments and results carry their names in `mn.name`; the module's `mn.stage` is "import". Layers on
/// integers say whose rounding they have: their own `numerics`, else those of `options`. With InputType::U8 an input
/// of floats that has preprocessing is an RGB image of bytes, and `mn.normalize` stands behind it. An input of integers
/// whose type is not the one asked for has `mn.quantize` behind it; with InputType::F32 `mn.dequantize` makes floats of
/// results of integers. Reports what cannot be built;
/// the module verifies. `context` must outlive it.
llvm::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>> buildModule(mlir::MLIRContext &context,
                                                               const CheckedDescription &checked,
                                                               const Weights &weights, const Options &options,
                                                               Diagnostics &diagnostics);

/// The place of a layer or input for MLIR: its name over its line and column in the description.
mlir::Location makeLocation(mlir::MLIRContext &context, const std::string &name, const SourceLocation &place);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_BUILDMODULE_H
