// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Machine.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace mlir;
using namespace mncc;

void mncc::initializeBackends() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    LLVMInitializeX86Disassembler();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeAArch64AsmParser();
    LLVMInitializeAArch64Disassembler();
  });
}

bool mncc::isHosted(mn::TargetAttr target) { return !target.getString("triple").ends_with("-none-elf"); }

StringRef mncc::getLlvmCpu(mn::TargetAttr target) {
  StringRef cpu = target.getString("llvm_cpu");
  return cpu.empty() ? target.getCpu() : cpu;
}

FailureOr<std::unique_ptr<llvm::TargetMachine>> mncc::createMachine(mn::TargetAttr target, bool isPositionIndependent,
                                                                    Location location) {
  initializeBackends();
  llvm::Triple triple(target.getString("triple"));
  std::string reason;
  const llvm::Target *backend = llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!backend)
    return emitError(location) << "expects a triple that LLVM knows, found '" << triple.str() << "': " << reason;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  bool isPic = isPositionIndependent || isHosted(target);
  std::unique_ptr<llvm::TargetMachine> machine(backend->createTargetMachine(
      triple, getLlvmCpu(target), target.getString("features"), options,
      isPic ? llvm::Reloc::PIC_ : llvm::Reloc::Static, llvm::CodeModel::Small, llvm::CodeGenOptLevel::Aggressive));
  if (!machine || !machine->getMCSubtargetInfo()->isCPUStringValid(getLlvmCpu(target)))
    return emitError(location) << "expects a processor that LLVM knows, found '" << getLlvmCpu(target) << "'";
  return machine;
}
