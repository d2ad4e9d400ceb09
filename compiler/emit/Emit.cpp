// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Emit.h"

#include "compiler/Dump.h"
#include "compiler/emit/Dispatch.h"
#include "compiler/emit/Header.h"
#include "compiler/emit/Llvm.h"
#include "compiler/emit/Report.h"
#include "compiler/emit/cpp/Cpp.h"
#include "dialects/mn/Quantization.h"

#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

using namespace mlir;

namespace mncc {

void registerEmitDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, emitc::EmitCDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

void addEmitOptions(const Options &options, ModuleOp module) {
  Builder builder(module.getContext());
  NamedAttrList entries(module->getAttrOfType<DictionaryAttr>(mn::kOptionsAttr));
  if (options.hooks)
    entries.set("hooks", builder.getUnitAttr());
  if (options.threads > 1)
    entries.set("threads", builder.getI64IntegerAttr(options.threads));
  if (options.precision != Precision::Fp32)
    entries.set("precision", builder.getStringAttr(getName(getFormat(options.precision))));
  if (options.weightsFormat != WeightsFormat::F32)
    entries.set("weights_format", builder.getStringAttr(getName(options.weightsFormat)));
  module->setAttr(mn::kOptionsAttr, entries.getDictionary(module.getContext()));
}

static void addText(const std::string &file, PrintedText printed, Artifacts &artifacts) {
  artifacts.files[file] = std::move(printed.text);
  if (printed.weightsBinary.empty())
    return;
  artifacts.files[artifacts.name + "_weights.S"] = std::move(printed.weightsAssembly);
  artifacts.files[artifacts.name + "_weights.bin"] = std::move(printed.weightsBinary);
}

namespace {

/// The emit stage of one compilation: one lowered module a row.
class Emitter {
public:
  Emitter(ArrayRef<ModuleOp> lowered, const Options &options, const Model &model, Artifacts &artifacts)
      : lowered(lowered), options(options), model(model), artifacts(artifacts),
        isInline(options.weightsPlacement == WeightsPlacement::Inline) {
    for (ModuleOp module : lowered)
      variants.push_back(describeInterface(module));
    interface = joinInterfaces(variants, artifacts.name);
  }

  LogicalResult emit();

private:
  bool asksFor(EmitKind kind) const { return llvm::is_contained(options.emit, kind); }
  bool needsMachineCode() const;
  FailureOr<LlvmProgram> build();
  LogicalResult emitMachineCode();
  LogicalResult emitObjectAndReport(const LlvmProgram &program);
  LogicalResult emitSource();

  ArrayRef<ModuleOp> lowered;
  const Options &options;
  const Model &model;
  Artifacts &artifacts;
  bool isInline;
  std::vector<ModelInterface> variants;
  ModelInterface interface;
  /// What the report shows.
  std::vector<RowCost> costs;
};

} // namespace

bool Emitter::needsMachineCode() const {
  // What several rows need together is known when their code is.
  return lowered.size() > 1 || llvm::any_of(options.emit, [](EmitKind kind) {
           return kind == EmitKind::Object || kind == EmitKind::Assembly || kind == EmitKind::Llvm ||
                  kind == EmitKind::Bitcode || kind == EmitKind::Report;
         });
}

FailureOr<LlvmProgram> Emitter::build() {
  if (lowered.size() == 1) {
    auto program = buildProgram(lowered.front(), options.pic);
    if (succeeded(program))
      costs.push_back({interface, program->functions});
    return program;
  }
  std::vector<LlvmProgram> programs;
  for (auto [module, variant] : llvm::zip(lowered, variants)) {
    auto program = buildProgram(module, options.pic);
    if (failed(program))
      return failure();
    costs.push_back({variant, program->functions, 0, program->stackBytes});
    for (const KernelCode &function : program->functions)
      costs.back().codeBytes += static_cast<int64_t>(function.code.bytes);
    programs.push_back(std::move(*program));
  }
  return joinPrograms(std::move(programs), artifacts.name, interface.countRunParameters());
}

LogicalResult Emitter::emitObjectAndReport(const LlvmProgram &program) {
  auto object = emitObject(program);
  if (failed(object))
    return failure();
  artifacts.codeBytes = countCodeBytes(*object);
  artifacts.stackBytes = program.stackBytes;
  if (costs.size() == 1) {
    costs.front().model.weightBytes = interface.weightBytes;
    costs.front().codeBytes = artifacts.codeBytes;
    costs.front().stackBytes = artifacts.stackBytes;
  }
  for (const RowCost &cost : costs) {
    for (const KernelCode &function : cost.functions)
      if (function.code.stackAccesses > 0 || function.isRetried)
        artifacts.overruledKernels.insert(function.code.name);
  }
  if (asksFor(EmitKind::Report)) {
    artifacts.files[artifacts.name + ".report.txt"] = printReport(costs);
    artifacts.files[artifacts.name + ".report.json"] =
        printReportJson(interface, costs, artifacts, options, model.source);
  }
  if (asksFor(EmitKind::Object))
    artifacts.files[artifacts.name + ".o"] = std::move(*object);
  return success();
}

/// Everything that LLVM makes: one program serves all of it.
LogicalResult Emitter::emitMachineCode() {
  auto program = build();
  if (failed(program))
    return failure();
  interface.weightBytes = static_cast<int64_t>(countBytes(program->weights));
  if (asksFor(EmitKind::Assembly))
    addText(artifacts.name + ".s", emitAssembly(*program, isInline), artifacts);
  if (asksFor(EmitKind::Llvm))
    addText(artifacts.name + ".ll", emitLlvm(*program, isInline), artifacts);
  if (asksFor(EmitKind::Bitcode))
    artifacts.files[artifacts.name + ".bc"] = emitBitcode(*program);
  return asksFor(EmitKind::Object) || asksFor(EmitKind::Report) ? emitObjectAndReport(*program) : success();
}

LogicalResult Emitter::emitSource() {
  auto printed = emitCpp(lowered.front(), interface, model.source, isInline);
  if (failed(printed))
    return failure();
  addText(artifacts.name + ".cpp", std::move(*printed), artifacts);
  return success();
}

LogicalResult Emitter::emit() {
  if (needsMachineCode() && failed(emitMachineCode()))
    return failure();
  artifacts.arenaBytes = interface.arenaBytes;
  artifacts.weightBytes = interface.weightBytes;
  if (asksFor(EmitKind::Mlir))
    artifacts.files[artifacts.name + ".mlir"] = printDump(lowered.front());
  if (asksFor(EmitKind::Header))
    artifacts.files[artifacts.name + ".h"] = printHeader(interface, model.source, model.labels);
  return asksFor(EmitKind::Cpp) ? emitSource() : success();
}

LogicalResult emitArtifacts(ArrayRef<ModuleOp> lowered, const Options &options, const Model &model,
                            Artifacts &artifacts) {
  return Emitter(lowered, options, model, artifacts).emit();
}

} // namespace mncc
