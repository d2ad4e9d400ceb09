// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/FloatSearch.h"

#include "compiler/commands/ProgressBar.h"
#include "dialects/mn/Quantization.h"
#include "dialects/mn/Shapes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

namespace {

/// One search on its way.
class Searcher {
public:
  explicit Searcher(const FloatSearch &search) : search(search) {}

  FailureOr<FloatSearchResult> run();

private:
  bool isEnough(const Score &score) const;
  std::vector<std::string> withAlwaysKept(ArrayRef<std::string> layers) const;
  std::vector<std::string> listCandidates() const;
  LogicalResult measureGain(StringRef layer);
  LogicalResult measureGains();
  FailureOr<Score> measure(ModuleOp module) const;
  FailureOr<MixedNetwork> keep(ArrayRef<std::string> layers) const;
  LogicalResult keepUntilEnough();
  LogicalResult letGo();

  const FloatSearch &search;
  FloatSearchResult result;
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

/// The layers of integers that have a scale of their own: others only pass their input's on.
std::vector<std::string> Searcher::listCandidates() const {
  llvm::StringSet<> rescaled;
  for (mn::LayerOpInterface layer : listLayers(search.integers)) {
    mn::QuantizationAttr quantization = mn::getQuantization(layer->getResult(0));
    if (quantization && quantization != mn::getQuantization(layer->getOperand(0)))
      rescaled.insert(mn::getTensorName(layer));
  }
  std::vector<std::string> names;
  for (mn::LayerOpInterface layer : listLayers(search.floats))
    if (rescaled.contains(mn::getTensorName(layer)))
      names.push_back(mn::getTensorName(layer).str());
  return names;
}

/// Gives the layers of integers of `to` the weights that the same layers of `from` have.
static void copyWeights(ModuleOp from, ModuleOp to) {
  llvm::StringMap<mn::WeightedOpInterface> sources;
  for (mn::LayerOpInterface layer : listLayers(from))
    if (auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation()))
      sources[mn::getLocationName(layer->getLoc())] = weighted;
  for (mn::LayerOpInterface layer : llvm::to_vector(listLayers(to))) {
    auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
    if (!weighted || !weighted.getScales())
      continue;
    mn::WeightedOpInterface source = sources.lookup(mn::getLocationName(layer->getLoc()));
    OpBuilder builder(layer);
    auto copy = [&](Value constant) { return builder.clone(*constant.getDefiningOp())->getResult(0); };
    weighted.getFilterMutable().set(copy(source.getFilter()));
    if (source.getBias())
      weighted.getBiasMutable().assign(copy(source.getBias()));
  }
}

FailureOr<Score> Searcher::measure(ModuleOp module) const {
  auto network = ObservedNetwork::create(module, search.options, search.diagnostics);
  if (failed(network))
    return failure();
  return search.meter.measure(**network);
}

LogicalResult Searcher::measureGain(StringRef layer) {
  auto mixed = search.makePlain(withAlwaysKept(layer.str()));
  if (failed(mixed))
    return failure();
  copyWeights(search.integers, **mixed);
  auto score = measure(**mixed);
  if (failed(score))
    return failure();
  double all = 0, own = 0;
  for (mn::LayerOpInterface other : listLayers(search.floats)) {
    auto work = static_cast<double>(mn::countMultiplyAdds(other));
    all += work;
    own += mn::getTensorName(other) == layer ? work : 0;
  }
  result.gains.push_back({layer.str(), *score, all > 0 ? own / all : 0});
  return success();
}

/// The layers from the one that gains most to the one that gains least.
LogicalResult Searcher::measureGains() {
  std::vector<std::string> candidates = listCandidates();
  ProgressBar bar;
  for (auto [index, layer] : llvm::enumerate(candidates)) {
    bar.show(static_cast<double>(index) / candidates.size(), fmt::format("{} of floats", layer));
    if (failed(measureGain(layer)))
      return failure();
  }
  llvm::stable_sort(result.gains, [](const LayerGain &a, const LayerGain &b) {
    return a.score.result.getDecibels() > b.score.result.getDecibels();
  });
  return success();
}

/// The network with `layers` of floats.
FailureOr<MixedNetwork> Searcher::keep(ArrayRef<std::string> layers) const {
  auto module = search.make(withAlwaysKept(layers));
  if (failed(module))
    return failure();
  auto score = measure(**module);
  if (failed(score))
    return failure();
  return MixedNetwork{layers.vec(), std::move(*module), *score};
}

LogicalResult Searcher::keepUntilEnough() {
  std::vector<std::string> layers;
  for (const LayerGain &gain : result.gains) {
    layers.push_back(gain.layer);
    auto network = keep(layers);
    if (failed(network))
      return failure();
    result.network = std::move(*network);
    if (isEnough(result.network.score))
      return success();
  }
  auto pictures = static_cast<double>(search.meter.countPictures());
  return search.diagnostics
      .error({},
             fmt::format("--accuracy-loss allows less than all layers of floats lose behind an input of integers: "
                         "{:.2f} % of the pictures are right, {:.2f} % in the float network",
                         100 * result.network.score.right / pictures, 100 * search.meter.countRightFloats() / pictures))
      .note("--float-interface keeps the input, too");
}

/// The layer that was kept last is needed; of those before it, it may take the place.
LogicalResult Searcher::letGo() {
  for (size_t next = result.network.kept.size() - 1; next-- > 0;) {
    std::vector<std::string> fewer = result.network.kept;
    fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(next));
    auto network = keep(fewer);
    if (failed(network))
      return failure();
    if (isEnough(network->score))
      result.network = std::move(*network);
  }
  return success();
}

FailureOr<FloatSearchResult> Searcher::run() {
  auto score = measure(search.integers);
  if (failed(score))
    return failure();
  if (isEnough(*score))
    return std::move(result);
  if (failed(measureGains()) || failed(keepUntilEnough()) || failed(letGo()))
    return failure();
  return std::move(result);
}

FailureOr<FloatSearchResult> FloatSearch::run() const { return Searcher(*this).run(); }

} // namespace mncc
