// SPDX-License-Identifier: Apache-2.0
// From a lowered module to optimised LLVM IR, and from there to the bytes of an
// object, assembly, IR text or bitcode.
#ifndef MNCC_COMPILER_EMIT_LLVM_H
#define MNCC_COMPILER_EMIT_LLVM_H

#include "compiler/emit/Machine.h"
#include "compiler/emit/SpillGate.h"
#include "compiler/emit/Weights.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <set>
#include <string>

namespace mncc {

/// Optimised code of one model. The bytes of the weights are added when it is
/// printed, so that no optimisation sees them.
struct LlvmProgram {
  explicit LlvmProgram(mlir::Location location) : location(location) {}
  /// Declared before the module, which dies first.
  std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
  /// The prefix of all symbols.
  std::string name;
  /// The content of `NAME_weights` (with several rows, one constant each, or one for all where the bytes are equal);
  /// empty where no kernel reads weights.
  std::vector<WeightSection> weights;
  /// Symbols that the object may leave undefined: the row's column
  /// `allowed_undefined`, or those of all rows together.
  std::set<std::string> allowedUndefined;
  /// The functions of the object in no promised order: `NAME_run`,
  /// `NAME_cpu_supported` and the kernels.
  std::vector<KernelCode> functions;
  /// The most stack that `NAME_run` takes, in bytes, its return address
  /// included and hooks not.
  int64_t stackBytes = 0;
  /// Where to report: the lowered module's place.
  mlir::Location location;
};

/// A printed text and, where its weights stand outside, the two files that hold
/// them.
struct PrintedText {
  std::string text;
  /// `NAME_weights.S`, which includes the other; both empty where the text is
  /// complete.
  std::string weightsAssembly, weightsBinary;
};

/// Lowers (unroll-loops, promote-accumulators, lower-to-llvm), translates and
/// optimises copies of `lowered`, which is at the end of the stage "lower" and
/// stays as it is;
/// kernels that spill are compiled as another variant of the row (SpillGate.h).
/// `isPositionIndependent` is `--pic`. Fails after reporting to the module's
/// context.
mlir::FailureOr<LlvmProgram> buildProgram(mlir::ModuleOp lowered, bool isPositionIndependent);

/// The relocatable ELF object, with all weights. It defines `NAME_run`, on
/// hosted targets `NAME_cpu_supported`; an undefined symbol that the row does
/// not allow is an internal error that names it. Equal programs give equal
/// bytes.
mlir::FailureOr<std::string> emitObject(const LlvmProgram &program);

/// Assembly for the GNU assembler. Weights above 4 MB stand in files of their
/// own, unless `inlineWeights`.
PrintedText emitAssembly(const LlvmProgram &program, bool inlineWeights = false);

/// LLVM IR as text; weights as in emitAssembly().
PrintedText emitLlvm(const LlvmProgram &program, bool inlineWeights = false);

/// LLVM bitcode, with all weights.
std::string emitBitcode(const LlvmProgram &program);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_LLVM_H
