// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Emit.h"

#include "compiler/Dump.h"
#include "compiler/emit/Dispatch.h"
#include "compiler/emit/Header.h"
#include "compiler/emit/Llvm.h"
#include "compiler/emit/Report.h"
#include "compiler/emit/cpp/Cpp.h"

#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace mncc {

void registerEmitDialects(DialectRegistry &registry) {
  registry.insert<LLVM::LLVMDialect, emitc::EmitCDialect>();
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

DictionaryAttr makeEmitOptions(const Options &options, MLIRContext *context) {
  Builder builder(context);
  NamedAttrList entries;
  if (options.hooks)
    entries.set("hooks", builder.getUnitAttr());
  return entries.getDictionary(context);
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
  /// What the reports of the variants show, when there are several.
  std::vector<std::string> reports;
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
  if (lowered.size() == 1)
    return buildProgram(lowered.front(), options.pic);
  std::vector<LlvmProgram> programs;
  for (auto [module, variant] : llvm::zip(lowered, variants)) {
    auto program = buildProgram(module, options.pic);
    if (failed(program))
      return failure();
    Artifacts sizes;
    for (const KernelCode &function : program->functions)
      sizes.codeBytes += static_cast<int64_t>(function.code.bytes);
    sizes.stackBytes = program->stackBytes;
    reports.push_back(printReport(variant, program->functions, sizes));
    programs.push_back(std::move(*program));
  }
  return joinPrograms(std::move(programs), artifacts.name, interface.inputs.size() + interface.outputs.size() + 1);
}

LogicalResult Emitter::emitObjectAndReport(const LlvmProgram &program) {
  auto object = emitObject(program);
  if (failed(object))
    return failure();
  artifacts.codeBytes = countCodeBytes(*object);
  artifacts.stackBytes = program.stackBytes;
  std::string report = reports.empty() ? printReport(interface, program.functions, artifacts)
                                       : fmt::format("{}", fmt::join(reports, "\n"));
  if (asksFor(EmitKind::Report))
    artifacts.files[artifacts.name + ".report.txt"] = std::move(report);
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
