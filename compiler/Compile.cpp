// SPDX-License-Identifier: Apache-2.0
#include "compiler/Compile.h"

#include "compiler/Dump.h"
#include "compiler/ScheduleFile.h"
#include "compiler/Stages.h"
#include "compiler/emit/Emit.h"
#include "compiler/emit/Interface.h"
#include "compiler/targets/NumberFormats.h"
#include "compiler/targets/Targets.h"
#include "dialects/mn/Quantization.h"
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
  // Passes on threads would dump in any order.
  auto context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

namespace {

using Seconds = std::vector<std::pair<std::string, double>>;

static void addSeconds(Seconds &seconds, StringRef stage, std::chrono::steady_clock::time_point start) {
  std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  auto same = llvm::find_if(seconds, [&](const auto &entry) { return entry.first == stage; });
  if (same != seconds.end())
    same->second += elapsed.count();
  else
    seconds.emplace_back(stage.str(), elapsed.count());
}

/// The stages before emit, in order, each timed, for one row of the target table.
class Lowering {
public:
  Lowering(const Options &options, const std::string &cpu, const std::string &name, ModuleOp module,
           Diagnostics &diagnostics, Seconds &seconds)
      : options(options), cpu(cpu), name(name), module(module), diagnostics(diagnostics), seconds(seconds),
        dumps(directoryOf(options, cpu), diagnostics) {}

  LogicalResult run() {
    if (failed(prepare()))
      return failure();
    if (keepsDumps())
      dumps.write(module, getStageName(getStage(module)));
    auto fuse = [&](OpPassManager &pipeline) { buildFusePipeline(pipeline, options.disabledPasses); };
    auto tile = [&](OpPassManager &pipeline) { buildTilePipeline(pipeline, options.disabledPasses); };
    if (failed(runStage(Stage::Fuse, fuse)) || failed(runStage(Stage::Tile, tile)) ||
        failed(runStage(Stage::Lower, buildKernelPipeline)))
      return failure();
    if (keepsDumps())
      dumps.writeWeights();
    return failure(diagnostics.hasErrors());
  }

private:
  bool keepsDumps() const { return !options.dumpDirectory.empty(); }

  /// Rows do not share a folder: their dumps have the same names.
  static std::string directoryOf(const Options &options, const std::string &cpu) {
    bool isShared = options.cpus.size() > 1 && !options.dumpDirectory.empty();
    return isShared ? options.dumpDirectory + "/" + cpu : options.dumpDirectory;
  }

  /// Writes the target, the name and the options on the module, so that a dump continues without flags.
  LogicalResult prepare() {
    if (failed(chooseTarget()))
      return failure();
    Builder builder(module.getContext());
    module->setAttr("mn.name", builder.getStringAttr(name));
    if (options.threads > 1 && getStage(module) >= Stage::Tile)
      return diagnostics
          .error({}, fmt::format("the dump is of stage {}: --threads cannot change it", getStageName(getStage(module))))
          .note("start from the description, or from a dump of stage import or fuse");
    if (options.precision != Precision::Fp32 && getStage(module) >= Stage::Fuse)
      return diagnostics
          .error({},
                 fmt::format("the dump is of stage {}: --precision cannot change it", getStageName(getStage(module))))
          .note("start from the description, or from a dump of stage import");
    if (options.weightsFormat != WeightsFormat::F32 && getStage(module) >= Stage::Fuse)
      return diagnostics
          .error({}, fmt::format("the dump is of stage {}: --weights-format cannot change it",
                                 getStageName(getStage(module))))
          .note("start from the description, or from a dump of stage import");
    if (failed(checkIntegers()))
      return failure();
    // A dump keeps its options; a flag may add to them.
    addEmitOptions(options, module);
    if (failed(checkNumberFormats(module, options.targetFile, diagnostics)))
      return failure();
    return options.schedule.empty() ? success() : takeSchedules();
  }

  /// Weights and values of integers have one form.
  LogicalResult checkIntegers() {
    const char *flag = options.precision != Precision::Fp32          ? "--precision"
                       : options.weightsFormat != WeightsFormat::F32 ? "--weights-format"
                                                                     : nullptr;
    auto network = module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
    if (!flag || !network)
      return success();
    for (auto layer : network.getOps<mn::LayerOpInterface>())
      if (mn::isQuantized(layer))
        return diagnostics
            .error({}, fmt::format("{} is for networks of floats, but the layer {} computes in integers", flag,
                                   quote(mn::getLocationName(layer.getLoc()).str())))
            .note("quantise the float network with --keep-float for layers that are to stay float");
    return success();
  }

  /// The schedules of a file go onto the module, so that dumps of the fuse stage have them too.
  LogicalResult takeSchedules() {
    if (getStage(module) >= Stage::Tile)
      return diagnostics
          .error({},
                 fmt::format("the dump is of stage {}: --schedule cannot change it", getStageName(getStage(module))))
          .note("start from the description, or from a dump of stage import or fuse; or edit the dump");
    auto schedules = readScheduleFile(options.schedule, module, diagnostics);
    if (failed(schedules))
      return failure();
    module->setAttr(mn::kSchedulesAttr, *schedules);
    return success();
  }

  /// A dump keeps its row; one of stage import may still get another.
  LogicalResult chooseTarget() {
    auto known = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
    bool isAsked = !options.target.empty() || cpu != "native";
    if (known && (!isAsked || getStage(module) != Stage::Import)) {
      bool isSame = (options.target.empty() || options.target == known.getString("triple")) &&
                    (cpu == "native" || cpu == known.getCpu());
      if (isSame)
        return success();
      return diagnostics
          .error({}, fmt::format("the dump is for {} ({}): --target and --mcpu cannot change it",
                                 known.getString("triple").str(), known.getCpu().str()))
          .note("start from the description, or from a dump of the stage import");
    }
    TargetRequest request{options.target, cpu, options.targetFile};
    auto target = lookupTarget(module.getContext(), request, diagnostics);
    if (succeeded(target))
      module->setAttr(mn::kTargetAttr, *target);
    return target;
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
    addSeconds(seconds, getStageName(stage), start);
    return success();
  }

  const Options &options;
  std::string cpu, name;
  ModuleOp module;
  Diagnostics &diagnostics;
  Seconds &seconds;
  DumpDirectory dumps;
};

} // namespace

static LogicalResult emit(ArrayRef<ModuleOp> lowered, const Options &options, const Model &model,
                          Artifacts &artifacts) {
  auto start = std::chrono::steady_clock::now();
  LogicalResult result = emitArtifacts(lowered, options, model, artifacts);
  addSeconds(artifacts.seconds, "emit", start);
  return result;
}

/// What has one row only cannot be asked for with several.
static LogicalResult checkSeveralCpus(const Options &options, const Model &model, Diagnostics &diagnostics) {
  auto asksFor = [&](EmitKind kind) { return llvm::is_contained(options.emit, kind); };
  StringRef other;
  if (getStage(*model.module) != Stage::Import || (*model.module)->hasAttr(mn::kTargetAttr))
    other = "--from-ir with a target";
  else if (options.stopAfter != Stage::Emit)
    other = "--stop-after";
  else if (asksFor(EmitKind::Cpp) || asksFor(EmitKind::Mlir))
    other = "--emit=cpp or mlir";
  else if (options.hooks)
    other = "--hooks";
  else if (!options.schedule.empty())
    other = "--schedule";
  else if (StringRef(options.target).ends_with("-none-elf"))
    other = "a bare-metal --target";
  std::set<std::string> seen;
  for (const std::string &cpu : options.cpus)
    if (!seen.insert(cpu).second)
      return diagnostics.error({}, fmt::format("--mcpu names {} twice", quote(cpu)));
  if (other.empty())
    return success();
  return diagnostics.error({}, fmt::format("expects one --mcpu with {}, found {}", other.str(), options.cpus.size()))
      .note("several rows make one object that asks the processor at run time");
}

static FailureOr<Artifacts> compileForSeveralCpus(const Options &options, Model &model, Diagnostics &diagnostics) {
  if (failed(checkSeveralCpus(options, model, diagnostics)))
    return failure();
  Artifacts artifacts;
  artifacts.name = sanitizeIdentifier(options.name.empty() ? model.name : options.name);
  std::vector<OwningOpRef<ModuleOp>> modules;
  std::vector<ModuleOp> lowered;
  for (const std::string &cpu : options.cpus) {
    modules.emplace_back(model.module->clone());
    lowered.push_back(*modules.back());
    std::string name = artifacts.name + "_" + sanitizeIdentifier(cpu);
    if (failed(Lowering(options, cpu, name, lowered.back(), diagnostics, artifacts.seconds).run()))
      return failure();
  }
  if (failed(emit(lowered, options, model, artifacts)))
    return failure();
  return artifacts;
}

FailureOr<Artifacts> compile(const Options &options, Model &model, Diagnostics &diagnostics) {
  if (options.cpus.size() > 1)
    return compileForSeveralCpus(options, model, diagnostics);
  Artifacts artifacts;
  artifacts.name = sanitizeIdentifier(options.name.empty() ? model.name : options.name);
  ModuleOp module = *model.module;
  if (failed(Lowering(options, options.cpus.front(), artifacts.name, module, diagnostics, artifacts.seconds).run()))
    return failure();
  if (options.stopAfter != Stage::Emit) {
    artifacts.files[artifacts.name + ".mlir"] = printDump(module);
    return artifacts;
  }
  if (failed(emit(module, options, model, artifacts)))
    return failure();
  return artifacts;
}

} // namespace mncc
