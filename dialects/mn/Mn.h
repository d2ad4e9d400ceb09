// SPDX-License-Identifier: Apache-2.0
// Everything that MnOps.td, MnAttributes.td and MnInterfaces.td declare.
#ifndef MNCC_DIALECTS_MN_MN_H
#define MNCC_DIALECTS_MN_MN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Attributes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TensorEncoding.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/mn/MnDialect.h.inc"
#include "dialects/mn/MnEnums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/mn/MnAttributes.h.inc"

#include "dialects/mn/MnInterfaces.h.inc"
#define GET_OP_CLASSES
#include "dialects/mn/MnOps.h.inc"

namespace mncc::mn {

/// Module attribute that names the last stage that ran: "import", "fuse", "tile" or "lower".
inline constexpr llvm::StringLiteral kStageAttr = "mn.stage";
/// Module attribute that holds the `#mn.target` row.
inline constexpr llvm::StringLiteral kTargetAttr = "mn.target";
/// Module attribute (dictionary) with the options that a dump needs to continue without flags.
inline constexpr llvm::StringLiteral kOptionsAttr = "mn.options";
/// Module attribute (dictionary) with the schedules that apply-schedule is to write, by layer.
inline constexpr llvm::StringLiteral kSchedulesAttr = "mn.schedules";
/// Argument and result attribute (string) with the tensor's name in the model description.
inline constexpr llvm::StringLiteral kNameAttr = "mn.name";
/// Name of the function that holds the network.
inline constexpr llvm::StringLiteral kNetworkFunction = "network";
/// The most lines that one burst of prefetches asks for.
inline constexpr int64_t kMostPrefetch = 32;

/// How many threads `module`'s options ask for: 1 to 64; 1 without the option.
int64_t getThreads(mlir::ModuleOp module);
/// The type in which `module`'s options ask for weights to be stored: f32 (also without the option), f16 or bf16.
mlir::FloatType getWeightsFormat(mlir::ModuleOp module);
/// The type of the tensors between layers that `module`'s options ask for: f32 (also without the option), f16 or bf16.
mlir::FloatType getPrecision(mlir::ModuleOp module);
/// Whether `module`'s options ask for the hooks of `NAME_run`.
bool hasHooks(mlir::ModuleOp module);
/// The name in the first NameLoc inside `location` (a layer's name in the model description); empty without one.
llvm::StringRef getLocationName(mlir::Location location);
/// The name of the tensor that `op` produces: the last layer it has taken in, or else the layer's own name.
llvm::StringRef getTensorName(mlir::Operation *op);
/// Appends `name` to the layers that `layer` has taken in.
void appendFused(LayerOpInterface layer, llvm::StringRef name);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_MN_H
