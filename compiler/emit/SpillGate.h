// SPDX-License-Identifier: Apache-2.0
// Whether a kernel spills depends on its tile, its unrolling and LLVM's model
// of the processor together. So the machine code is looked at, and a kernel
// that spills in an innermost loop is compiled again as the row's next variant
// says.
#ifndef MNCC_COMPILER_EMIT_SPILLGATE_H
#define MNCC_COMPILER_EMIT_SPILLGATE_H

#include "compiler/emit/MachineCode.h"
#include "dialects/mn/Mn.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/Module.h"

#include <functional>
#include <set>

namespace mncc {

/// One entry of the target row's column "codegen".
struct CodegenVariant {
  /// Unrolling of reductions, as the row's column "unroll" counts it.
  int64_t unroll = 1;
  /// The processor whose scheduling model is used; empty for the row's own.
  std::string tuneCpu;
  /// Registers that one load may fill, as the row's column "load_registers" counts them.
  int64_t loadRegisters = 1;
  /// How far loads stand ahead of their use, as the row's column "loads_ahead" counts it; 0 where LLVM decides.
  int64_t loadsAhead = 0;
  /// Instructions stay in the order that the kernel gives them, but for what LLVM does after registers are assigned.
  bool keepsOrder = false;
  /// Innermost loops load weights again that LLVM took out of them.
  bool reloadsWeights = false;
  bool operator==(const CodegenVariant &) const = default;
};

/// What was decided for one function of the object, and what its machine code
/// shows.
struct KernelCode {
  FunctionCode code;
  CodegenVariant variant;
  /// Whether the variant is another one than the first that was tried.
  bool isRetried = false;
};

/// The row's variants in the order in which they are tried, then one without unrolling and one that reloads weights;
/// never empty. Some are for kernels with integers, `withIntegers`, or for those without alone.
std::vector<CodegenVariant> listVariants(mn::TargetAttr target, bool withIntegers);

/// Makes `lowered` compile as `variant` says: repeats the body of each unrolled
/// loop variant.unroll / the row's unroll times as often, at least once. Loops
/// over registers are left alone.
void applyUnroll(mlir::ModuleOp lowered, const CodegenVariant &variant);

/// The kernels of `lowered` in which applyUnroll() changes nothing, whatever the variant.
std::set<std::string> findRolled(mlir::ModuleOp lowered);

/// Keeps only the kernels named in `kernels`, and the calls of them, in
/// `lowered`.
void keepKernels(mlir::ModuleOp lowered, const std::set<std::string> &kernels);

/// Optimised LLVM IR of the kernels named in the second argument, as the
/// variant says; null after an error.
using CompileVariant =
    std::function<std::unique_ptr<llvm::Module>(const CodegenVariant &, const std::set<std::string> &kernels)>;

/// What the machine code of `module` shows, or an error at `location`.
mlir::FailureOr<std::vector<FunctionCode>> inspectCode(const llvm::Module &module, llvm::TargetMachine &machine,
                                                       mlir::Location location);

/// Replaces each kernel of `module`, which was compiled as `variants.front()`
/// says and whose code shows `codes`, that touches the stack in an innermost loop: by its first variant that
/// does not, or else by the first with the fewest accesses. A variant that
/// would give a kernel the code that an earlier one gave it is passed over:
/// those in `rolled` are the same however they are unrolled. Returns the
/// functions of the machine code with their variants. Fails after reporting to
/// `location`'s context.
mlir::FailureOr<std::vector<KernelCode>> removeSpills(llvm::Module &module, llvm::TargetMachine &machine,
                                                      llvm::ArrayRef<FunctionCode> codes,
                                                      llvm::ArrayRef<CodegenVariant> variants,
                                                      const CompileVariant &compile,
                                                      const std::set<std::string> &rolled, mlir::Location location);

/// The deepest stack of `NAME_run`, in bytes: its frame, what the deepest function of `module` that it calls takes,
/// with what stands between where parts are for threads, and return addresses, its own included. Hooks and the frames
/// of a `NAME_parallel` are not. Fails with an internal error where a frame has no fixed size.
mlir::FailureOr<int64_t> measureStack(llvm::ArrayRef<KernelCode> functions, const llvm::Module &module,
                                      llvm::StringRef name, const llvm::TargetMachine &machine,
                                      mlir::Location location);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_SPILLGATE_H
