// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Emit.h"

#include "compiler/Dump.h"
#include "compiler/emit/Header.h"
#include "compiler/emit/Llvm.h"
#include "compiler/emit/Report.h"
#include "compiler/emit/cpp/Cpp.h"

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

DictionaryAttr makeEmitOptions(const Options &options, MLIRContext *context) {
  Builder builder(context);
  NamedAttrList entries;
  if (options.hooks)
    entries.set("hooks", builder.getUnitAttr());
  return entries.getDictionary(context);
}

static bool asksFor(const Options &options, EmitKind kind) { return llvm::is_contained(options.emit, kind); }

static void addText(const std::string &file, PrintedText printed, Artifacts &artifacts) {
  artifacts.files[file] = std::move(printed.text);
  if (printed.weightsBinary.empty())
    return;
  artifacts.files[artifacts.name + "_weights.S"] = std::move(printed.weightsAssembly);
  artifacts.files[artifacts.name + "_weights.bin"] = std::move(printed.weightsBinary);
}

/// Everything that LLVM makes: one program serves all of it.
static LogicalResult emitMachineCode(ModuleOp lowered, const Options &options, const ModelInterface &interface,
                                     Artifacts &artifacts) {
  auto program = buildProgram(lowered, options.pic);
  if (failed(program))
    return failure();
  bool isInline = options.weightsPlacement == WeightsPlacement::Inline;
  if (asksFor(options, EmitKind::Assembly))
    addText(artifacts.name + ".s", emitAssembly(*program, isInline), artifacts);
  if (asksFor(options, EmitKind::Llvm))
    addText(artifacts.name + ".ll", emitLlvm(*program, isInline), artifacts);
  if (asksFor(options, EmitKind::Bitcode))
    artifacts.files[artifacts.name + ".bc"] = emitBitcode(*program);
  if (!asksFor(options, EmitKind::Object) && !asksFor(options, EmitKind::Report))
    return success();
  auto object = emitObject(*program);
  if (failed(object))
    return failure();
  artifacts.codeBytes = countCodeBytes(*object);
  artifacts.stackBytes = program->stackBytes;
  if (asksFor(options, EmitKind::Report))
    artifacts.files[artifacts.name + ".report.txt"] = printReport(interface, program->functions, artifacts);
  if (asksFor(options, EmitKind::Object))
    artifacts.files[artifacts.name + ".o"] = std::move(*object);
  return success();
}

LogicalResult emitArtifacts(ModuleOp lowered, const Options &options, const Model &model, Artifacts &artifacts) {
  ModelInterface interface = describeInterface(lowered, options);
  artifacts.arenaBytes = interface.arenaBytes;
  artifacts.weightBytes = interface.weightBytes;
  if (asksFor(options, EmitKind::Mlir))
    artifacts.files[artifacts.name + ".mlir"] = printDump(lowered);
  if (asksFor(options, EmitKind::Header))
    artifacts.files[artifacts.name + ".h"] = printHeader(interface, model.source, model.labels);
  if (asksFor(options, EmitKind::Cpp)) {
    auto printed = emitCpp(lowered, interface, model.source, options.weightsPlacement == WeightsPlacement::Inline);
    if (failed(printed))
      return failure();
    addText(artifacts.name + ".cpp", std::move(*printed), artifacts);
  }
  bool needsMachineCode = llvm::any_of(options.emit, [](EmitKind kind) {
    return kind == EmitKind::Object || kind == EmitKind::Assembly || kind == EmitKind::Llvm ||
           kind == EmitKind::Bitcode || kind == EmitKind::Report;
  });
  return needsMachineCode ? emitMachineCode(lowered, options, interface, artifacts) : success();
}

} // namespace mncc
