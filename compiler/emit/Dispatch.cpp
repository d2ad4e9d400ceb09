// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Dispatch.h"

#include "compiler/emit/Optimize.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Linker/Linker.h"

using namespace mlir;
using namespace mncc;

/// NAME_UNSUPPORTED_CPU of the header.
static constexpr int32_t kUnsupportedCpu = -4;

static llvm::Function *declare(llvm::Module &module, const std::string &symbol, size_t arguments) {
  llvm::LLVMContext &context = module.getContext();
  std::vector<llvm::Type *> parameters(arguments, llvm::PointerType::getUnqual(context));
  auto *type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), parameters, /*isVarArg=*/false);
  auto *function = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, symbol, module);
  function->addFnAttr(llvm::Attribute::NoUnwind);
  return function;
}

/// Runs on every processor of the architecture.
static llvm::Function *define(llvm::Module &module, const std::string &symbol, size_t arguments) {
  llvm::Function *function = declare(module, symbol, arguments);
  bool isX86 = llvm::Triple(module.getTargetTriple()).isX86();
  function->addFnAttr("target-cpu", isX86 ? "x86-64" : "generic");
  function->addFnAttr("no-builtins");
  function->addFnAttr("no-realign-stack");
  return function;
}

/// `if (VARIANT_cpu_supported()) return answer();` for each of `programs`, then `otherwise`.
static void fill(llvm::Function *function, ArrayRef<LlvmProgram> programs, int32_t otherwise,
                 llvm::function_ref<llvm::Value *(llvm::IRBuilder<> &, const LlvmProgram &)> answer) {
  llvm::LLVMContext &context = function->getContext();
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", function));
  for (const LlvmProgram &program : programs) {
    llvm::Function *check = function->getParent()->getFunction(program.name + "_cpu_supported");
    auto *yes = llvm::BasicBlock::Create(context, "", function), *no = llvm::BasicBlock::Create(context, "", function);
    b.CreateCondBr(b.CreateIsNotNull(b.CreateCall(check)), yes, no);
    b.SetInsertPoint(yes);
    b.CreateRet(answer(b, program));
    b.SetInsertPoint(no);
  }
  b.CreateRet(b.getInt32(otherwise));
}

static std::unique_ptr<llvm::Module> buildDispatcher(ArrayRef<LlvmProgram> programs, const LlvmProgram &joined,
                                                     size_t arguments) {
  auto module = std::make_unique<llvm::Module>(joined.name, *joined.context);
  module->setTargetTriple(joined.machine->getTargetTriple());
  module->setDataLayout(joined.machine->createDataLayout());
  if (joined.machine->getRelocationModel() == llvm::Reloc::PIC_)
    module->setPICLevel(llvm::PICLevel::SmallPIC);
  for (const LlvmProgram &program : programs) {
    declare(*module, program.name + "_cpu_supported", 0);
    declare(*module, program.name + "_run", arguments);
  }
  llvm::Function *run = define(*module, joined.name + "_run", arguments);
  fill(run, programs, kUnsupportedCpu, [&](llvm::IRBuilder<> &b, const LlvmProgram &program) {
    std::vector<llvm::Value *> values;
    for (llvm::Argument &argument : run->args())
      values.push_back(&argument);
    return b.CreateCall(module->getFunction(program.name + "_run"), values);
  });
  fill(define(*module, joined.name + "_cpu_supported", 0), programs, 0,
       [](llvm::IRBuilder<> &b, const LlvmProgram &) { return b.getInt32(1); });
  return module;
}

/// The dispatcher's own code, looked at before the variants join it.
static FailureOr<int64_t> measureFrame(const LlvmProgram &joined) {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  writeMachineCode(*joined.module, *joined.machine, llvm::CodeGenFileType::ObjectFile, stream);
  auto functions = disassemble(StringRef(object.data(), object.size()), *joined.machine, joined.location);
  if (failed(functions))
    return failure();
  for (const FunctionCode &function : *functions)
    if (function.name == joined.name + "_run" && function.frameBytes)
      return *function.frameBytes + getReturnAddressBytes(*joined.machine);
  return emitError(joined.location) << "internal error: the frame of '" << joined.name << "_run' has no fixed size";
}

/// Each program has an LLVM context of its own; bitcode crosses.
static LogicalResult link(LlvmProgram &joined, const LlvmProgram &program) {
  llvm::SmallVector<char, 0> bitcode;
  llvm::raw_svector_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(*program.module, stream);
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(StringRef(bitcode.data(), bitcode.size()), program.name),
                                       *joined.context);
  if (!module || llvm::Linker::linkModules(*joined.module, std::move(*module)))
    return emitError(joined.location) << "internal error: the code of '" << program.name << "' cannot be joined";
  for (const char *function : {"_run", "_cpu_supported"})
    joined.module->getFunction(program.name + function)->setLinkage(llvm::GlobalValue::InternalLinkage);
  return success();
}

static void addWeights(LlvmProgram &joined, const WeightSection &section) {
  auto same = llvm::find_if(joined.weights, [&](const WeightSection &other) { return other.bytes == section.bytes; });
  if (same == joined.weights.end()) {
    joined.weights.push_back(section);
    return;
  }
  llvm::GlobalVariable *spare = joined.module->getGlobalVariable(section.symbol, true);
  spare->replaceAllUsesWith(joined.module->getGlobalVariable(same->symbol, true));
  spare->eraseFromParent();
}

FailureOr<LlvmProgram> mncc::joinPrograms(std::vector<LlvmProgram> programs, StringRef name, size_t arguments) {
  LlvmProgram joined(programs.front().location);
  joined.name = name.str();
  joined.machine = std::move(programs.front().machine);
  joined.module = buildDispatcher(programs, joined, arguments);
  auto frame = measureFrame(joined);
  if (failed(frame))
    return failure();
  int64_t deepest = 0;
  for (LlvmProgram &program : programs) {
    if (failed(link(joined, program)))
      return failure();
    for (const WeightSection &section : program.weights)
      addWeights(joined, section);
    joined.allowedUndefined.insert(program.allowedUndefined.begin(), program.allowedUndefined.end());
    joined.functions.insert(joined.functions.end(), program.functions.begin(), program.functions.end());
    deepest = std::max(deepest, program.stackBytes);
  }
  joined.stackBytes = *frame + deepest;
  return joined;
}
