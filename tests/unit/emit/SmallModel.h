// SPDX-License-Identifier: Apache-2.0
// A network of two pointwise layers, lowered: what the tests of the object side
// compile.
#ifndef MNCC_TESTS_UNIT_EMIT_SMALLMODEL_H
#define MNCC_TESTS_UNIT_EMIT_SMALLMODEL_H

#include "passes/Passes.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"

#include <string>

namespace mncc::test {

/// A context with the dialects of mncc.
std::unique_ptr<mlir::MLIRContext> makeContext();

/// "net": input [2, 2, 4], pw_1 (all weights 0.5, relu6), pw_2 (all weights
/// 0.25); at the end of the stage "lower", for the row `columns` ("triple =
/// \"x86_64-linux-gnu\", llvm_cpu = …").
mlir::OwningOpRef<mlir::ModuleOp> makeSmallModel(mlir::MLIRContext &context, const std::string &columns,
                                                 bool hooks = false);

/// The columns of rows that need nothing newer than the architecture's first
/// processors.
inline const char *const kX86Linux =
    R"(cpu = "x86-64", llvm_cpu = "x86-64", triple = "x86_64-linux-gnu", vector_bits = 128 : i64, fma = false)";
inline const char *const kX86Bare =
    R"(cpu = "x86-64-v4", llvm_cpu = "x86-64-v4", triple = "x86_64-none-elf",
    vector_bits = 512 : i64, fma = true, noredzone_on_bare_metal = true)";
inline const char *const kArmLinux =
    R"(cpu = "neoverse-n1", llvm_cpu = "neoverse-n1", triple = "aarch64-linux-gnu",
    vector_bits = 128 : i64, fma = true, lane_fma = true)";
inline const char *const kArmBare =
    R"(cpu = "generic", llvm_cpu = "generic", triple = "aarch64-none-elf",
    vector_bits = 128 : i64, fma = true, lane_fma = true)";

/// The back end for the row `columns`; null after a failed expectation.
std::unique_ptr<llvm::TargetMachine> makeMachine(const std::string &columns, mlir::Location location);

/// The module that LLVM's assembly `text` describes, for `machine`; null after a failed expectation.
std::unique_ptr<llvm::Module> parseIr(llvm::StringRef text, llvm::LLVMContext &context,
                                      const llvm::TargetMachine &machine);

} // namespace mncc::test

#endif // MNCC_TESTS_UNIT_EMIT_SMALLMODEL_H
