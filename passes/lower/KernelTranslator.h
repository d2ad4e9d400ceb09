// SPDX-License-Identifier: Apache-2.0
// Writes kernels as C++ (pass lower-to-emitc).
#ifndef MNCC_PASSES_LOWER_KERNELTRANSLATOR_H
#define MNCC_PASSES_LOWER_KERNELTRANSLATOR_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringMap.h"

namespace mncc::lower {

/// The C++ type of a kernel's value; null for what no kernel holds. Integers are unsigned: they wrap around as in the
/// IR.
mlir::Type convertToCpp(mlir::Type type);
/// "u32x8", "float", "uint64_t": the name of a type of convertToCpp().
std::string printCppType(mlir::Type type);
/// The name of the instruction behind an intrinsic function of LLVM: "packssdw" of "llvm.x86.avx2.packssdw".
llvm::StringRef nameInstruction(llvm::StringRef intrinsic);

/// Writes one kernel as an `emitc.func`, one method a kind of operation.
class KernelTranslator : public mlir::ImplicitLocOpBuilder {
public:
  explicit KernelTranslator(mlir::func::FuncOp kernel)
      : mlir::ImplicitLocOpBuilder(kernel.getLoc(), kernel.getContext()), kernel(kernel) {}

  /// Puts the function in the place of the kernel.
  mlir::LogicalResult translate();

private:
  mlir::LogicalResult translateBlock(mlir::Block &block);
  mlir::LogicalResult translate(mlir::Operation *op);
  mlir::LogicalResult translate(mlir::arith::ConstantOp op);
  mlir::LogicalResult translate(mlir::arith::CmpFOp op);
  mlir::LogicalResult translate(mlir::arith::SelectOp op);
  mlir::LogicalResult translate(mlir::memref::AllocaOp op);
  mlir::LogicalResult translate(mlir::vector::ExtractOp op);
  mlir::LogicalResult translate(mlir::vector::ShuffleOp op);
  mlir::LogicalResult translate(mlir::vector::BitCastOp op);
  mlir::LogicalResult translate(mlir::LLVM::CallIntrinsicOp op);
  mlir::LogicalResult translateAccess(mlir::Operation *op);
  mlir::LogicalResult translate(mlir::scf::ForOp op);
  mlir::LogicalResult translate(mlir::scf::IfOp op);
  mlir::LogicalResult translateCompare(mlir::Operation *op, mlir::emitc::CmpPredicate predicate);

  mlir::Value get(mlir::Value value) { return values.lookup(value); }
  void set(mlir::Value value, mlir::Value translated) { values.map(value, translated); }
  mlir::Value literal(mlir::Type type, const std::string &text) {
    return mlir::emitc::LiteralOp::create(*this, type, text);
  }
  mlir::Value element(mlir::Value base, mlir::ValueRange indices, mlir::Type type);
  void call(mlir::Operation *op, const std::string &function) { call(op, function, op->getOperands()); }
  void call(mlir::Operation *op, const std::string &function, mlir::ValueRange operands);
  template <typename To> mlir::LogicalResult binary(mlir::Operation *op, const char *name = "");
  template <typename To> mlir::LogicalResult cast(To op);

  // IntegersToEmitC.cpp
  mlir::LogicalResult translateInteger(mlir::Operation *op);
  mlir::LogicalResult convertLanes(mlir::Operation *op);
  mlir::LogicalResult compareLanes(mlir::Operation *op, llvm::StringRef function);
  mlir::LogicalResult shuffle(mlir::Operation *op, mlir::Value low, mlir::Value high, llvm::ArrayRef<int64_t> lanes);

  std::string functionOf(mlir::Type vector, llvm::StringRef name);

  mlir::func::FuncOp kernel;
  mlir::IRMapping values;
  /// The names of arrays so far.
  llvm::StringMap<unsigned> arrays;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELTRANSLATOR_H
