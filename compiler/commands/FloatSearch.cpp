// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/FloatSearch.h"

#include "compiler/commands/ProgressBar.h"
#include "dialects/mn/Quantization.h"
#include "dialects/mn/Shapes.h"
#include "passes/fuse/QuantizeNetwork.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

#include <chrono>

using namespace mlir;

namespace mncc {

namespace {

/// The bar of the search, or, where nobody watches one, a line now and then.
class SearchProgress {
public:
  /// What is done next, `state`; `done` of `all` steps are done. `all` is 0 where their number is not known before.
  void show(size_t done, size_t all, const std::string &state) {
    std::string counted = all > 0 ? fmt::format("{}/{}: {}", done, all, state) : state;
    if (bar.isDrawn())
      return bar.show(all > 0 ? static_cast<double>(done) / static_cast<double>(all) : 0, counted);
    auto now = std::chrono::steady_clock::now();
    if (now - lastLine < std::chrono::seconds(20))
      return;
    lastLine = now;
    fmt::print(stderr, "note: searching layers to keep float, {}\n", counted);
  }

private:
  ProgressBar bar;
  std::chrono::steady_clock::time_point lastLine = std::chrono::steady_clock::now();
};

/// One search on its way.
class Searcher {
public:
  explicit Searcher(const FloatSearch &search) : search(search) {}

  FailureOr<FloatSearchResult> run();

private:
  bool isEnough(const Score &score) const;
  std::vector<std::string> withAlwaysKept(ArrayRef<std::string> layers) const;
  std::vector<std::string> listCandidates() const;
  double getWorkShare(StringRef layer) const;
  FailureOr<Score> measure(ModuleOp module) const;
  FailureOr<Score> measureAlone(ArrayRef<std::string> layers) const;
  LogicalResult measureGains();
  /// Whether the network is right often enough with `layers` of floats; it is the result where it is.
  FailureOr<bool> takeIfEnough(ArrayRef<std::string> layers);
  LogicalResult reportTooLittle() const;
  LogicalResult keepUntilEnough();
  LogicalResult letGo();

  const FloatSearch &search;
  FloatSearchResult result;
  SearchProgress progress;
  /// Of the network that takeIfEnough() made last.
  Score lastScore;
};

} // namespace

static auto listLayers(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction).getOps<mn::LayerOpInterface>();
}

bool Searcher::isEnough(const Score &score) const {
  constexpr double kRounding = 1e-9;
  return static_cast<double>(search.meter.countRightFloats() - score.right) <= search.mostLost + kRounding;
}

std::vector<std::string> Searcher::withAlwaysKept(ArrayRef<std::string> layers) const {
  std::vector<std::string> all = search.alwaysKept;
  all.insert(all.end(), layers.begin(), layers.end());
  return all;
}

/// The layers of integers that round: others only pass values on.
std::vector<std::string> Searcher::listCandidates() const {
  llvm::StringSet<> rounding;
  for (mn::LayerOpInterface layer : listLayers(search.integers))
    if (mn::getQuantization(layer->getResult(0)) && !keepsScale(layer))
      rounding.insert(mn::getTensorName(layer));
  std::vector<std::string> names;
  for (mn::LayerOpInterface layer : listLayers(search.floats))
    if (rounding.contains(mn::getTensorName(layer)))
      names.push_back(mn::getTensorName(layer).str());
  return names;
}

FailureOr<Score> Searcher::measure(ModuleOp module) const {
  auto network = ObservedNetwork::create(module, search.options, search.diagnostics);
  if (failed(network))
    return failure();
  return search.meter.measure(**network);
}

/// What the network comes to with `layers` of floats and the others' weights as they always are.
FailureOr<Score> Searcher::measureAlone(ArrayRef<std::string> layers) const {
  auto mixed = search.makeAlone(withAlwaysKept(layers));
  if (failed(mixed))
    return failure();
  return measure(**mixed);
}

/// The multiply-adds of `layer` over those of the network.
double Searcher::getWorkShare(StringRef layer) const {
  double all = 0, own = 0;
  for (mn::LayerOpInterface other : listLayers(search.floats)) {
    auto work = static_cast<double>(mn::countMultiplyAdds(other));
    all += work;
    own += mn::getTensorName(other) == layer ? work : 0;
  }
  return all > 0 ? own / all : 0;
}

/// The layers from the one that gains most to the one that gains least.
LogicalResult Searcher::measureGains() {
  std::vector<std::string> candidates = listCandidates();
  progress.show(0, candidates.size() + 1, "integers alone");
  auto withoutFloats = measureAlone({});
  if (failed(withoutFloats))
    return failure();
  result.withoutFloats = *withoutFloats;
  for (auto [index, layer] : llvm::enumerate(candidates)) {
    progress.show(index + 1, candidates.size() + 1, fmt::format("{} of floats", layer));
    auto score = measureAlone(layer);
    if (failed(score))
      return failure();
    result.gains.push_back({layer, *score, getWorkShare(layer)});
  }
  llvm::stable_sort(result.gains, [](const LayerGain &a, const LayerGain &b) {
    return a.score.result.getDecibels() > b.score.result.getDecibels();
  });
  return success();
}

FailureOr<bool> Searcher::takeIfEnough(ArrayRef<std::string> layers) {
  progress.show(0, 0, fmt::format("trying {} of floats", layers.size()));
  auto module = search.make(withAlwaysKept(layers));
  if (failed(module))
    return failure();
  progress.show(0, 0, fmt::format("measuring {} of floats", layers.size()));
  auto score = measure(**module);
  if (failed(score))
    return failure();
  lastScore = *score;
  if (!isEnough(*score))
    return false;
  result.network = {layers.vec(), std::move(*module)};
  return true;
}

LogicalResult Searcher::reportTooLittle() const {
  auto pictures = static_cast<double>(search.meter.countPictures());
  return search.diagnostics
      .error({}, fmt::format("--accuracy-loss allows less than all layers of floats lose behind an input of integers: "
                             "{:.2f} % of the pictures are right, {:.2f} % in the float network",
                             100 * lastScore.right / pictures, 100 * search.meter.countRightFloats() / pictures))
      .note("--float-interface keeps the input, too");
}

/// About twice as many layers each time, then the middle between too few and enough: each try refines a network.
LogicalResult Searcher::keepUntilEnough() {
  std::vector<std::string> layers;
  for (const LayerGain &gain : result.gains)
    layers.push_back(gain.layer);
  size_t tooFew = 0, enough = layers.size() + 1;
  while (enough - tooFew > 1) {
    size_t middle = (tooFew + enough) / 2;
    size_t count = enough > layers.size() ? std::min(2 * tooFew + 1, layers.size()) : middle;
    auto found = takeIfEnough(ArrayRef(layers).take_front(count));
    if (failed(found))
      return failure();
    (*found ? enough : tooFew) = count;
  }
  return enough > layers.size() ? reportTooLittle() : success();
}

/// The layer that was kept last is needed; of those before it, it may take the place.
LogicalResult Searcher::letGo() {
  for (size_t next = result.network.kept.size() - 1; next-- > 0;) {
    std::vector<std::string> fewer = result.network.kept;
    fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(next));
    if (failed(takeIfEnough(fewer)))
      return failure();
  }
  return success();
}

FailureOr<FloatSearchResult> Searcher::run() {
  progress.show(0, 0, "measuring integers alone");
  auto score = measure(search.integers);
  if (failed(score))
    return failure();
  lastScore = *score;
  if (isEnough(lastScore))
    return std::move(result);
  if (failed(measureGains()) || failed(keepUntilEnough()) || failed(letGo()))
    return failure();
  return std::move(result);
}

FailureOr<FloatSearchResult> FloatSearch::run() const { return Searcher(*this).run(); }

} // namespace mncc
