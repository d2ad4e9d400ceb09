// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Llvm.h"

#include "compiler/emit/AlignLoops.h"
#include "compiler/emit/CpuSupported.h"
#include "compiler/emit/Halves.h"
#include "compiler/emit/LoopCode.h"
#include "compiler/emit/Optimize.h"
#include "passes/Passes.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace mncc;

static LogicalResult lowerToLlvm(ModuleOp module) {
  PassManager passes(module.getContext());
  // Unrolled code is large and does not come from the user; mncc-opt verifies these passes in their tests.
  passes.enableVerifier(false);
  passes.addNestedPass<func::FuncOp>(createUnrollLoopsPass());
  passes.addNestedPass<func::FuncOp>(createPromoteAccumulatorsPass());
  passes.addPass(createLowerToLLVMPass());
  return passes.run(module);
}

static std::unique_ptr<llvm::Module> translate(ModuleOp module, const LlvmProgram &program) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> result = translateModuleToLLVMIR(module, *program.context, program.name);
  if (!result)
    return nullptr;
  result->setSourceFileName(program.name);
  result->setTargetTriple(program.machine->getTargetTriple());
  result->setDataLayout(program.machine->createDataLayout());
  if (program.machine->getRelocationModel() == llvm::Reloc::PIC_)
    result->setPICLevel(llvm::PICLevel::SmallPIC);
  return result;
}

static LoopLoads getLoads(ModuleOp lowered, const CodegenVariant &variant) {
  auto target = lowered->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  Pace pace = {static_cast<unsigned>(target.getRegisters()), static_cast<unsigned>(target.getInteger("fma_latency", 4)),
               static_cast<unsigned>(target.getInteger("issue_group", 1)), static_cast<unsigned>(variant.loadsAhead),
               target.getFlag("batched_loads")};
  return {static_cast<unsigned>(variant.loadRegisters), pace, variant.reloadsWeights, target.getFlag("walks_pointers")};
}

/// The code of all kernels, or of those in `kernels`, as LLVM is to optimise it. They are visible to
/// the linker until they are joined, and keep their parameters.
static std::unique_ptr<llvm::Module> translateVariant(ModuleOp lowered, const LlvmProgram &program,
                                                      const CodegenVariant &variant,
                                                      const std::set<std::string> *kernels = nullptr) {
  OwningOpRef<ModuleOp> copy(lowered.clone());
  if (kernels)
    keepKernels(*copy, *kernels);
  applyUnroll(*copy, variant);
  if (failed(lowerToLlvm(*copy)))
    return nullptr;
  std::unique_ptr<llvm::Module> module = translate(*copy, program);
  if (!module)
    return nullptr;
  int64_t loopAlign = lowered->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr).getInteger("loop_align");
  for (llvm::Function &function : *module) {
    if (function.isDeclaration() || function.hasExternalLinkage())
      continue;
    function.setLinkage(llvm::GlobalValue::ExternalLinkage);
    function.setVisibility(llvm::GlobalValue::HiddenVisibility);
    if (!variant.tuneCpu.empty())
      function.addFnAttr("tune-cpu", variant.tuneCpu);
    if (variant.keepsOrder)
      function.addFnAttr(kKeepOrder);
    if (loopAlign > 0)
      function.addFnAttr(kLoopAlign, std::to_string(loopAlign));
  }
  return module;
}

static std::unique_ptr<llvm::Module> compileVariant(ModuleOp lowered, const LlvmProgram &program,
                                                    const CodegenVariant &variant,
                                                    const std::set<std::string> &kernels) {
  std::unique_ptr<llvm::Module> module = translateVariant(lowered, program, variant, &kernels);
  if (module)
    optimize(*module, *program.machine, getLoads(lowered, variant));
  return module;
}

/// Puts the code of the first variant into `program`; returns what it shows.
static FailureOr<std::vector<FunctionCode>> compileFirst(ModuleOp lowered, mn::TargetAttr target,
                                                         const CodegenVariant &variant, llvm::TargetMachine &second,
                                                         LlvmProgram &program) {
  program.module = translateVariant(lowered, program, variant);
  if (!program.module)
    return failure();
  LoopLoads loads = getLoads(lowered, variant);
  std::string entry = program.name + "_run";
  auto compile = [&](llvm::Module &half, llvm::TargetMachine &machine) {
    optimize(half, machine, loads);
    if (&half == program.module.get() && isHosted(target))
      buildCpuSupported(half, program.name, machine);
    return inspectCode(half, machine, program.location);
  };
  return compileInHalves(*program.module, *program.machine, second, entry, compile, program.location);
}

/// Hides what is no part of the contract.
static void hideKernels(llvm::Module &module) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration() && function.hasHiddenVisibility()) {
      function.setVisibility(llvm::GlobalValue::DefaultVisibility);
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
    }
}

/// Whether a kernel writes integers: pictures of bytes are read by kernels of floats too.
static bool hasIntegers(ModuleOp lowered) {
  return llvm::any_of(lowered.getOps<func::FuncOp>(), [](func::FuncOp kernel) {
    auto tensors = llvm::make_filter_range(kernel.getArgumentTypes(), llvm::IsaPred<MemRefType>);
    MemRefType result;
    for (Type tensor : tensors)
      result = cast<MemRefType>(tensor);
    return result && result.getElementType().isInteger(8);
  });
}

static LogicalResult compileKernels(ModuleOp lowered, mn::TargetAttr target, llvm::TargetMachine &second,
                                    LlvmProgram &program) {
  std::vector<CodegenVariant> variants = listVariants(target, hasIntegers(lowered));
  auto codes = compileFirst(lowered, target, variants.front(), second, program);
  if (failed(codes))
    return failure();
  auto compile = [&](const CodegenVariant &variant, const std::set<std::string> &kernels) {
    return compileVariant(lowered, program, variant, kernels);
  };
  auto functions =
      removeSpills(*program.module, *program.machine, *codes, variants, compile, findRolled(lowered), program.location);
  if (failed(functions))
    return failure();
  hideKernels(*program.module);
  program.functions = std::move(*functions);
  auto stack = measureStack(program.functions, *program.module, program.name, *program.machine, program.location);
  program.stackBytes = succeeded(stack) ? *stack : 0;
  return stack;
}

FailureOr<LlvmProgram> mncc::buildProgram(ModuleOp lowered, bool isPositionIndependent) {
  LlvmProgram program(lowered.getLoc());
  auto target = lowered->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  if (!target)
    return lowered.emitError() << "expects the attribute 'mn.target'";
  auto name = lowered->getAttrOfType<StringAttr>("mn.name");
  program.name = name ? name.getValue().str() : "network";
  auto machine = createMachine(target, isPositionIndependent, lowered.getLoc());
  auto second = createMachine(target, isPositionIndependent, lowered.getLoc());
  auto weights = readPackedWeights(lowered);
  if (failed(machine) || failed(second) || failed(weights))
    return failure();
  program.machine = std::move(*machine);
  for (StringRef symbol : target.getStrings("allowed_undefined"))
    program.allowedUndefined.insert(symbol.str());
  if (!weights->empty())
    program.weights.push_back({program.name + "_weights", std::move(*weights)});
  if (failed(compileKernels(lowered, target, **second, program)))
    return failure();
  return program;
}

/// A copy of the program's module, with weights unless they stand outside.
static std::unique_ptr<llvm::Module> complete(const LlvmProgram &program, bool withWeights) {
  std::unique_ptr<llvm::Module> module = llvm::CloneModule(*program.module);
  if (withWeights)
    for (const WeightSection &section : program.weights)
      defineWeights(*module, section);
  return module;
}

static LogicalResult checkSymbols(StringRef object, const std::set<std::string> &allowed, Location location) {
  auto file = llvm::object::ObjectFile::createELFObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file)
    return emitError(location) << "internal error: the object cannot be read: " << llvm::toString(file.takeError());
  for (const llvm::object::ELFSymbolRef &symbol : cast<llvm::object::ELFObjectFileBase>(**file).symbols()) {
    auto flags = symbol.getFlags();
    auto name = symbol.getName();
    if (!flags || !name)
      return emitError(location) << "internal error: the object's symbols cannot be read";
    if ((*flags & llvm::object::SymbolRef::SF_Undefined) && !name->empty() && !allowed.count(name->str()))
      return emitError(location) << "internal error: the object needs the symbol '" << *name << "', expected "
                                 << (allowed.empty() ? "none" : llvm::join(allowed, ", ") + " at most");
  }
  return success();
}

FailureOr<std::string> mncc::emitObject(const LlvmProgram &program) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  std::unique_ptr<llvm::Module> module = complete(program, /*withWeights=*/true);
  writeMachineCode(*module, *program.machine, llvm::CodeGenFileType::ObjectFile, stream);
  StringRef object(bytes.data(), bytes.size());
  if (failed(checkSymbols(object, program.allowedUndefined, program.location)))
    return failure();
  return object.str();
}

static PrintedText placeWeights(const LlvmProgram &program, bool isComplete) {
  if (isComplete)
    return {};
  PrintedText printed{"", printWeightsAssembly(program.name, program.weights), ""};
  for (const WeightSection &section : program.weights)
    printed.weightsBinary += section.bytes;
  return printed;
}

PrintedText mncc::emitAssembly(const LlvmProgram &program, bool inlineWeights) {
  bool isComplete = inlineWeights || countBytes(program.weights) <= kInlineWeightBytes;
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream stream(text);
  writeMachineCode(*complete(program, isComplete), *program.machine, llvm::CodeGenFileType::AssemblyFile, stream);
  PrintedText printed = placeWeights(program, isComplete);
  printed.text.assign(text.data(), text.size());
  return printed;
}

PrintedText mncc::emitLlvm(const LlvmProgram &program, bool inlineWeights) {
  bool isComplete = inlineWeights || countBytes(program.weights) <= kInlineWeightBytes;
  PrintedText printed = placeWeights(program, isComplete);
  llvm::raw_string_ostream stream(printed.text);
  complete(program, isComplete)->print(stream, nullptr);
  return printed;
}

std::string mncc::emitBitcode(const LlvmProgram &program) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*complete(program, /*withWeights=*/true), stream);
  return bytes;
}
