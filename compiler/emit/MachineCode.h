// SPDX-License-Identifier: Apache-2.0
// Facts that only the machine code tells: what innermost loops do with the
// stack and where they start, what is called, and how deep the stack grows.
#ifndef MNCC_COMPILER_EMIT_MACHINECODE_H
#define MNCC_COMPILER_EMIT_MACHINECODE_H

#include "mlir/IR/Location.h"
#include "llvm/Target/TargetMachine.h"

#include <optional>
#include <string>
#include <vector>

namespace mncc {

/// One function of an object, disassembled.
struct FunctionCode {
  std::string name;
  /// Bytes of code.
  uint64_t bytes = 0;
  /// Instructions that read or write a fixed place of the stack frame in innermost loops, as spilled values have one
  /// and the elements of an array that a loop walks have not; loops that call functions are none.
  unsigned stackAccesses = 0;
  /// The largest power of two, 64 at most, at a multiple of which each innermost loop starts; 0 without loops.
  unsigned loopAlign = 0;
  /// Calls, and jumps out of the function.
  unsigned calls = 0;
  /// How much of the stack the function takes, in bytes, its red zone included and what it calls not; none where the
  /// frame is realigned or of variable size.
  std::optional<int64_t> frameBytes;
};

/// The functions of the ELF object `object`, in the order of their addresses,
/// which `machine` made. Fails with an internal error at `location` for an
/// instruction that cannot be decoded.
mlir::FailureOr<std::vector<FunctionCode>> disassemble(llvm::StringRef object, const llvm::TargetMachine &machine,
                                                       mlir::Location location);

/// Bytes that a call pushes: the return address on x86-64, none on AArch64.
int64_t getReturnAddressBytes(const llvm::TargetMachine &machine);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_MACHINECODE_H
