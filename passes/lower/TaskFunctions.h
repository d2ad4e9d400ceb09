// SPDX-License-Identifier: Apache-2.0
// What stands between `NAME_run` and a kernel that threads share.
#ifndef MNCC_PASSES_LOWER_TASKFUNCTIONS_H
#define MNCC_PASSES_LOWER_TASKFUNCTIONS_H

#include "passes/lower/RunFunction.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace mncc::lower {

/// The functions, as `llvm.func`s of one module:
/// - `void KERNEL_task(void *arguments, uint32_t part)` for each kernel that is cut: calls it with the pointers that
///   stand at `arguments`;
/// - `void NAME_for_parts(const NAME_parallel *parallel, TASK, void *arguments, uint32_t parts)`: lets `parallel` run
///   the task once for each part, or without one runs them in order.
class TaskFunctions {
public:
  /// Adds the functions that `calls` need at the end of `module`, where their kernels already are `llvm.func`s.
  TaskFunctions(mlir::ModuleOp module, llvm::StringRef name, llvm::ArrayRef<KernelCall> calls);

  /// Runs `call`'s kernel in its parts; `parallel` may be null, `arguments` points to the kernel's pointers.
  void call(mlir::OpBuilder &builder, const KernelCall &call, mlir::Value parallel, mlir::Value arguments);

  llvm::ArrayRef<mlir::LLVM::LLVMFuncOp> getFunctions() const { return functions; }

private:
  mlir::LLVM::LLVMFuncOp declare(const std::string &symbol, llvm::ArrayRef<mlir::Type> parameters);
  void buildForParts(llvm::StringRef name);
  void buildTask(const KernelCall &call);

  mlir::ImplicitLocOpBuilder b;
  mlir::Type pointer, number;
  llvm::SmallVector<mlir::LLVM::LLVMFuncOp> functions;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_TASKFUNCTIONS_H
