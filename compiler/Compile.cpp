// SPDX-License-Identifier: Apache-2.0
#include "compiler/Compile.h"

#include "compiler/Dump.h"
#include "compiler/Stages.h"
#include "compiler/emit/Emit.h"
#include "compiler/emit/Interface.h"
#include "compiler/targets/Targets.h"
#include "passes/Passes.h"
#include "passes/fuse/Pipeline.h"
#include "passes/lower/Pipeline.h"
#include "passes/tile/Pipeline.h"


#include "mlir/InitAllDialects.h"
#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

#include <chrono>

using namespace mlir;

namespace mncc {

std::unique_ptr<MLIRContext> createContext() {
  DialectRegistry registry;
  registry.insert<mn::MnDialect, func::FuncDialect, arith::ArithDialect, math::MathDialect, memref::MemRefDialect,
                  scf::SCFDialect, vector::VectorDialect>();
  registerEmitDialects(registry);
  auto context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

namespace {

/// One compilation: the stages in order, each timed.
class Compilation {
public:
  Compilation(const Options &options, Model &model, Diagnostics &diagnostics)
      : options(options), model(model), module(*model.module), diagnostics(diagnostics),
        dumps(options.dumpDirectory, diagnostics) {}

  FailureOr<Artifacts> run() {
    if (failed(prepare()))
      return failure();
    if (keepsDumps())
      dumps.write(module, getStageName(getStage(module)));
    auto fuse = [&](OpPassManager &pipeline) { buildFusePipeline(pipeline, options.disabledPasses); };
    if (failed(runStage(Stage::Fuse, fuse)) || failed(runStage(Stage::Tile, buildTilePipeline)) ||
        failed(runStage(Stage::Lower, buildKernelPipeline)))
      return failure();
    if (keepsDumps())
      dumps.writeWeights();
    if (diagnostics.hasErrors() || failed(emit()))
      return failure();
    return std::move(artifacts);
  }

private:
  bool keepsDumps() const { return !options.dumpDirectory.empty(); }

  /// Writes the target, the name and the options on the module, so that a dump continues without flags.
  LogicalResult prepare() {
    artifacts.name = sanitizeIdentifier(options.name.empty() ? model.name : options.name);
    if (!module->hasAttr(mn::kTargetAttr)) {
      TargetRequest request{options.target, options.cpus.front(), options.targetFile};
      auto target = lookupTarget(module.getContext(), request, diagnostics);
      if (failed(target))
        return failure();
      module->setAttr(mn::kTargetAttr, *target);
    }
    Builder builder(module.getContext());
    module->setAttr("mn.name", builder.getStringAttr(artifacts.name));
    if (!module->hasAttr(mn::kOptionsAttr))
      module->setAttr(mn::kOptionsAttr, makeEmitOptions(options, module.getContext()));
    return success();
  }

  LogicalResult runStage(Stage stage, llvm::function_ref<void(OpPassManager &)> build) {
    if (getStage(module) >= stage || options.stopAfter < stage)
      return success();
    auto start = std::chrono::steady_clock::now();
    PassManager passes(module.getContext());
    if (keepsDumps())
      passes.addInstrumentation(dumps.instrument());
    build(passes);
    if (failed(passes.run(module)))
      return failure();
    setStage(module, stage);
    if (keepsDumps())
      dumps.write(module, getStageName(stage));
    addSeconds(getStageName(stage), start);
    return success();
  }

  LogicalResult emit() {
    if (options.stopAfter != Stage::Emit) {
      artifacts.files[artifacts.name + ".mlir"] = printDump(module);
      return success();
    }
    auto start = std::chrono::steady_clock::now();
    LogicalResult result = emitArtifacts(module, options, model, artifacts);
    addSeconds("emit", start);
    return result;
  }

  void addSeconds(StringRef stage, std::chrono::steady_clock::time_point start) {
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    artifacts.seconds.emplace_back(stage.str(), elapsed.count());
  }

  const Options &options;
  Model &model;
  ModuleOp module;
  Diagnostics &diagnostics;
  DumpDirectory dumps;
  Artifacts artifacts;
};

} // namespace

FailureOr<Artifacts> compile(const Options &options, Model &model, Diagnostics &diagnostics) {
  return Compilation(options, model, diagnostics).run();
}

} // namespace mncc
