// SPDX-License-Identifier: Apache-2.0
// What the LLVM path knows of `@network` once its kernels are functions on
// pointers.
#ifndef MNCC_PASSES_LOWER_RUNFUNCTION_H
#define MNCC_PASSES_LOWER_RUNFUNCTION_H

#include "dialects/mn/Mn.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace mncc::lower {

/// One `mn.call` of `@network`.
struct KernelCall {
  /// The kernel's symbol.
  std::string kernel;
  /// Its arguments, the result's buffer last.
  llvm::SmallVector<mn::BufferAttr> buffers;
  /// Into how many parts the kernel is cut; above 1, it takes the number of one after its buffers.
  int64_t parts;
  mlir::Location location;
};

/// The calls of `network`, in running order.
std::vector<KernelCall> collectCalls(mlir::Operation *network);

/// Adds `NAME_run` to `module`, which holds the kernels as `llvm.func`s and
/// whose attributes `mn.inputs`, `mn.outputs` and `mn.options` give the
/// parameters; and the declaration of the constant `NAME_weights` in its own
/// section, where a call reads weights. Where a kernel is cut into parts, also the functions between `NAME_run` and it.
/// Returns the new functions.
llvm::SmallVector<mlir::LLVM::LLVMFuncOp> buildRunFunctions(mlir::ModuleOp module, llvm::StringRef name,
                                                            llvm::ArrayRef<KernelCall> calls);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_RUNFUNCTION_H
