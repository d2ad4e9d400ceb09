// SPDX-License-Identifier: Apache-2.0
// Time of whole models and of each of their layers, as a share of this machine's FMA peak, or for layers of integers of
// what multiply-adds of bytes reach at best; both are measured in the same run. usage: mncc-bench [--mcpu=ROW]
// [--threads=N] [--precision=bf16] [--numerics=xnnpack] [--model=FILE]… [google-benchmark's flags]; without models,
// three of the family.
#include "compiler/Compile.h"
#include "compiler/commands/MachinePeaks.h"
#include "compiler/emit/Interface.h"
#include "compiler/emit/Jit.h"
#include "compiler/import/ImportModel.h"
#include "compiler/targets/Targets.h"

#include "llvm/Support/Path.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>

using namespace mncc;

namespace {

/// Inferences before the first that counts, and those that count.
constexpr int kWarmUps = 3, kInferences = 30;

/// One model with random weights, compiled for one row and loaded.
struct LoadedModel {
  std::string title;
  Model model;
  ModelInterface interface;
  std::unique_ptr<Jit> jit;
  std::vector<std::vector<float>> inputs, outputs;
  /// Seconds of each inference: [layer][inference], and of all layers together.
  std::vector<std::vector<double>> layerSeconds;
  std::vector<double> totalSeconds;
};

} // namespace

static llvm::FailureOr<std::unique_ptr<LoadedModel>> load(const std::string &path, const Options &options,
                                                          mlir::MLIRContext &context, Diagnostics &diagnostics) {
  // A .tflite file has its own.
  Options random;
  if (!llvm::StringRef(path).ends_with(".tflite"))
    random.weights = "random:1";
  auto imported = importModel(path, random, context, diagnostics);
  if (failed(imported))
    return llvm::failure();
  auto loaded = std::make_unique<LoadedModel>();
  loaded->title = llvm::sys::path::stem(path).str();
  loaded->model.module = std::move(imported->module);
  loaded->model.name = "bench";
  auto artifacts = compile(options, loaded->model, diagnostics);
  if (failed(artifacts))
    return llvm::failure();
  loaded->interface = describeInterface(*loaded->model.module);
  auto jit = Jit::load(artifacts->files.begin()->second, loaded->interface, loaded->model.module->getLoc());
  if (failed(jit))
    return llvm::failure();
  loaded->jit = std::move(*jit);
  for (const TensorInterface &tensor : loaded->interface.inputs)
    loaded->inputs.emplace_back(tensor.elements(), 0.5f);
  for (const TensorInterface &tensor : loaded->interface.outputs)
    loaded->outputs.emplace_back(tensor.elements());
  loaded->layerSeconds.resize(loaded->interface.layers.size());
  return loaded;
}

/// One inference; a layer's time is what passes between the hook of the layer before it and its own.
static void infer(LoadedModel &loaded, bool counts) {
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  for (const auto &values : loaded.inputs)
    inputs.push_back(values.data());
  for (auto &values : loaded.outputs)
    outputs.push_back(values.data());
  auto start = std::chrono::steady_clock::now(), last = start;
  loaded.jit->run(inputs, outputs, [&](uint32_t layer, const void *) {
    auto now = std::chrono::steady_clock::now();
    if (counts)
      loaded.layerSeconds[layer].push_back(std::chrono::duration<double>(now - last).count());
    last = now;
  });
  if (counts)
    loaded.totalSeconds.push_back(std::chrono::duration<double>(last - start).count());
}

/// Hands samples that were taken together to google-benchmark, which makes medians and tables of them.
static void report(const std::string &name, const std::vector<double> &seconds, double multiplyAdds,
                   double leastSeconds) {
  std::vector<double> sorted = seconds;
  std::sort(sorted.begin(), sorted.end());
  double middle = sorted[sorted.size() / 2], rate = 2 * multiplyAdds / middle * 1e-9;
  double share = leastSeconds / middle;
  auto replay = [seconds, rate, share](benchmark::State &state) {
    size_t next = 0;
    for (auto _ : state)
      state.SetIterationTime(seconds[next++ % seconds.size()]);
    state.counters["GF/s"] = rate;
    state.counters["% of peak"] = 100 * share;
  };
  benchmark::RegisterBenchmark(name.c_str(), replay)
      ->UseManualTime()
      ->Iterations(static_cast<int64_t>(seconds.size()))
      ->Unit(benchmark::kMicrosecond);
}

static void reportModel(const LoadedModel &loaded, const MachinePeaks &peaks) {
  double multiplyAdds = 0, leastSeconds = 0;
  for (auto [layer, seconds] : llvm::zip(loaded.interface.layers, loaded.layerSeconds)) {
    report(loaded.title + "/" + layer.name, seconds, layer.multiplyAdds, peaks.findLeastSeconds(layer));
    multiplyAdds += layer.multiplyAdds;
    leastSeconds += peaks.findLeastSeconds(layer);
  }
  report(loaded.title, loaded.totalSeconds, multiplyAdds, leastSeconds);
}

int main(int argc, char **argv) {
  Options options;
  options.hooks = true;
  options.emit = {EmitKind::Object};
  std::vector<std::string> paths;
  std::vector<char *> rest;
  for (llvm::StringRef argument : llvm::ArrayRef(argv, argc)) {
    if (argument.consume_front("--mcpu="))
      options.cpus = {argument.str()};
    else if (argument.consume_front("--threads="))
      options.threads = std::stoi(argument.str());
    else if (argument == "--numerics=xnnpack")
      options.numerics = Numerics::Xnnpack;
    else if (argument == "--precision=bf16")
      options.precision = Precision::Bf16;
    else if (argument.consume_front("--model="))
      paths.push_back(argument.str());
    else
      rest.push_back(const_cast<char *>(argument.data()));
  }
  if (paths.empty())
    for (const char *name : {"mobilenet_v1_1.0_224", "mobilenet_v1_0.5_160", "mobilenet_v1_0.25_128"})
      paths.push_back(fmt::format("{}/{}.json", MNCC_MODELS, name));

  Diagnostics diagnostics;
  auto context = createContext();
  std::vector<std::unique_ptr<LoadedModel>> models;
  for (const std::string &path : paths) {
    auto loaded = load(path, options, *context, diagnostics);
    if (failed(loaded)) {
      fmt::print(stderr, "{}", diagnostics.render());
      return 1;
    }
    models.push_back(std::move(*loaded));
  }
  for (int round = 0; round < kWarmUps + kInferences; ++round)
    for (auto &model : models)
      infer(*model, round >= kWarmUps);
  mn::TargetAttr target = models.front()->interface.target;
  bool hasIntegers = llvm::any_of(models, [](const auto &model) { return model->interface.isQuantized(); });
  MachinePeaks peaks = MachinePeaks::measure(target, hasIntegers);
  fmt::print("{}:\n{}", target.getCpu().str(), peaks.describe());
  for (const auto &model : models)
    reportModel(*model, peaks);
  int count = static_cast<int>(rest.size());
  benchmark::Initialize(&count, rest.data());
  if (benchmark::ReportUnrecognizedArguments(count, rest.data()))
    return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
