// SPDX-License-Identifier: Apache-2.0
// Where the time goes, layer by layer, and where the cost model is wrong about it.
#include "compiler/Stages.h"
#include "compiler/commands/Commands.h"
#include "compiler/commands/MachinePeaks.h"
#include "compiler/commands/Median.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/ScheduleClasses.h"
#include "compiler/commands/Session.h"
#include "compiler/commands/TimedModel.h"
#include "compiler/emit/Machine.h"
#include "compiler/targets/Targets.h"
#include "dialects/mn/Shapes.h"
#include "passes/tile/PredictCycles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace mlir;

namespace mncc {

/// Inferences before the first that counts, and those that count.
static constexpr int kWarmUps = 3, kInferences = 21;

namespace {

/// One layer: what the tile stage knows of it, and what was measured.
struct LayerReport {
  std::string name, kind, kernel;
  /// The schedule in full, as the IR has it, and in short.
  std::string schedule, tile;
  int64_t multiplyAdds = 0, bytes = 0;
  double predictedCycles = 0, measuredSeconds = 0;
  /// What the multiply-adds take of one thread at the machine's peak.
  double leastSeconds = 0;
};

/// A whole model. Without peaks nothing was measured.
struct TimeReport {
  std::string name;
  mn::TargetAttr target;
  int64_t threads = 1;
  std::optional<MachinePeaks> peaks;
  std::vector<LayerReport> layers;
  double measuredSeconds = 0;

  /// Predicted cycles take so long at the clock that the measured peak tells.
  double secondsOf(double cycles) const {
    double operations =
        2.0 * static_cast<double>(target.getLanes() * target.getInteger("fma_per_100_cycles", 100)) / 100;
    return cycles * operations / (peaks->getFloats() * 1e9);
  }
  /// Infinite where the peak is not known.
  double shareOfPeak(double leastSeconds, double seconds) const {
    return leastSeconds / (seconds * static_cast<double>(threads));
  }
  template <typename T> T sum(T LayerReport::*field) const {
    T total = 0;
    for (const LayerReport &layer : layers)
      total += layer.*field;
    return total;
  }
};

} // namespace

static std::string abbreviate(mn::ScheduleAttr schedule) {
  std::string tile = fmt::format("{}x{} u{}", schedule.getPixels(), schedule.getChannels(), schedule.getUnroll());
  if (schedule.getRows() > 1)
    tile = fmt::format("{}x", schedule.getRows()) + tile;
  return schedule.getOrder() == mn::LoopOrder::PixelOuter ? tile + " pixels" : tile;
}

static void describeSchedule(mn::LayerOpInterface layer, LayerReport &line) {
  if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation())) {
    line.tile = fmt::format("strips {}", fmt::join(chain.getStrips(), "+"));
    line.schedule = fmt::format("strips = [{}], rings = [{}]", fmt::join(chain.getStrips(), ", "),
                                fmt::join(chain.getRings(), ", "));
  } else if (mn::ScheduleAttr schedule = layer.getScheduleAttr()) {
    line.tile = abbreviate(schedule);
    line.schedule = printSchedule(schedule);
  }
}

/// "pointwise_conv2d", or of a chain "pw+dw+pw".
static std::string nameKind(mn::LayerOpInterface layer) {
  auto chain = dyn_cast<mn::FusedOp>(layer.getOperation());
  if (!chain)
    return layer->getName().stripDialect().str();
  std::string kinds;
  for (mn::WeightedOpInterface inner : chain.getLayers()) {
    bool isDepthwise = isa<mn::DepthwiseConv2DOp>(inner.getOperation());
    bool isPointwise = isa<mn::PointwiseConv2DOp>(inner.getOperation());
    kinds += std::string(kinds.empty() ? "" : "+") + (isDepthwise ? "dw" : isPointwise ? "pw" : "conv");
  }
  return kinds;
}

static TimeReport predict(ModuleOp tiled) {
  TimeReport report;
  report.target = tiled->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  report.threads = mn::getThreads(tiled);
  auto network = tiled.lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
  for (auto layer : network.getOps<mn::LayerOpInterface>()) {
    LayerReport &line = report.layers.emplace_back();
    line.name = mn::getLocationName(layer.getLoc()).str();
    line.kind = nameKind(layer);
    describeSchedule(layer, line);
    line.multiplyAdds = mn::countMultiplyAdds(layer);
    line.bytes = tile::countBytes(layer);
    line.predictedCycles = tile::predictCycles(layer, report.target);
  }
  return report;
}

static LogicalResult measure(TimeReport &report, Options options, Model &model, Diagnostics &diagnostics) {
  // What these ask for stands in the module by now.
  options.threads = 1;
  options.schedule.clear();
  options.forgetFormats();
  auto timed = TimedModel::load(options, model, diagnostics);
  if (failed(timed))
    return failure();
  for (int round = 0; round < kWarmUps + kInferences; ++round) {
    if (round == kWarmUps)
      (*timed)->forget();
    (*timed)->infer();
  }
  report.peaks = MachinePeaks::measure(report.target, (*timed)->getInterface().isQuantized());
  report.measuredSeconds = median((*timed)->getTotalSeconds());
  for (auto [line, layer, seconds] :
       llvm::zip_equal(report.layers, (*timed)->getInterface().layers, (*timed)->getLayerSeconds())) {
    line.kernel = layer.kernel;
    line.measuredSeconds = median(seconds);
    line.leastSeconds = report.peaks->findLeastSeconds(layer);
  }
  return success();
}

static void printJson(const TimeReport &report) {
  bool isMeasured = report.peaks.has_value();
  nlohmann::ordered_json json = {{"name", report.name},
                                 {"cpu", report.target.getCpu().str()},
                                 {"threads", report.threads},
                                 {"runs_here", isMeasured},
                                 {"multiply_adds", report.sum(&LayerReport::multiplyAdds)},
                                 {"bytes", report.sum(&LayerReport::bytes)},
                                 {"predicted_cycles", report.sum(&LayerReport::predictedCycles)}};
  auto add = [&](nlohmann::ordered_json &object, double cycles, double leastSeconds, double seconds) {
    if (!isMeasured)
      return;
    object["predicted_us"] = report.secondsOf(cycles) * 1e6;
    object["measured_us"] = seconds * 1e6;
    if (double share = report.shareOfPeak(leastSeconds, seconds); std::isfinite(share))
      object["share_of_peak"] = share;
  };
  if (isMeasured)
    json["fma_peak_gflops"] = report.peaks->getFloats();
  if (isMeasured && report.peaks->getIntegers() > 0)
    json["int8_peak_gops"] = report.peaks->getIntegers();
  add(json, report.sum(&LayerReport::predictedCycles), report.sum(&LayerReport::leastSeconds), report.measuredSeconds);
  json["layers"] = nlohmann::ordered_json::array();
  for (const LayerReport &layer : report.layers) {
    nlohmann::ordered_json entry = {{"layer", layer.name},        {"op", layer.kind},
                                    {"schedule", layer.schedule}, {"multiply_adds", layer.multiplyAdds},
                                    {"bytes", layer.bytes},       {"predicted_cycles", layer.predictedCycles}};
    if (isMeasured)
      entry["kernel"] = layer.kernel;
    add(entry, layer.predictedCycles, layer.leastSeconds, layer.measuredSeconds);
    json["layers"].push_back(entry);
  }
  print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

static void printLine(const TimeReport &report, const LayerReport &layer) {
  print("{:<24} {:<22} {:<18} {:>11} {:>10} {:>11.0f}", fitName(layer.name, 24), layer.kind, layer.tile,
        layer.multiplyAdds, layer.bytes, layer.predictedCycles);
  if (report.peaks) {
    double share = report.shareOfPeak(layer.leastSeconds, layer.measuredSeconds);
    print(" {:>10.1f} {:>9.1f} {:>8}", report.secondsOf(layer.predictedCycles) * 1e6, layer.measuredSeconds * 1e6,
          std::isfinite(share) ? fmt::format("{:.1f} %", 100 * share) : "–");
  }
  print("\n");
}

static void printTable(const TimeReport &report) {
  print("{} for {}, {} thread{}\n", report.name, report.target.getCpu().str(), report.threads,
        report.threads > 1 ? "s" : "");
  if (report.peaks)
    print("{}\n", report.peaks->describe());
  else
    print("this machine cannot run it: predictions only\n\n");
  print("{:<24} {:<22} {:<18} {:>11} {:>10} {:>11}", "layer", "op", "schedule", "mult-adds", "bytes", "cycles");
  if (report.peaks)
    print(" {:>10} {:>9} {:>8}", "predict us", "median us", "of peak");
  print("\n");
  for (const LayerReport &layer : report.layers)
    printLine(report, layer);
  LayerReport total{"total",
                    "",
                    "",
                    "",
                    "",
                    report.sum(&LayerReport::multiplyAdds),
                    report.sum(&LayerReport::bytes),
                    report.sum(&LayerReport::predictedCycles),
                    report.measuredSeconds,
                    report.sum(&LayerReport::leastSeconds)};
  printLine(report, total);
}

int runReport(const CommandLine &line) {
  Session session;
  auto model = session.loadModel(line);
  if (failed(model))
    return 1;
  Options options = line.options;
  options.stopAfter = Stage::Tile;
  if (getStage(*model->module) > Stage::Tile)
    return session.getDiagnostics()
               .error({}, "predictions read the stage tile, found a dump of a later one")
               .note("start from the description, or from a dump of stage tile or before"),
           1;
  auto artifacts = compile(options, *model, session.getDiagnostics());
  if (failed(artifacts))
    return session.getFailureStatus();
  TimeReport report = predict(*model->module);
  report.name = artifacts->name;
  if (canRun(report.target) && isHosted(report.target) &&
      failed(measure(report, line.options, *model, session.getDiagnostics())))
    return session.getFailureStatus();
  line.json ? printJson(report) : printTable(report);
  return 0;
}

} // namespace mncc
