// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/ScheduleSearch.h"

#include "compiler/commands/Median.h"
#include "compiler/commands/Runner.h"
#include "compiler/commands/TuneDecisions.h"
#include "passes/tile/LayerShapes.h"

#include "mlir/IR/Builders.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>

using namespace mlir;

namespace mncc {

/// A candidate takes the place of the best where it is better by more than the noise of one trial.
static constexpr double kBetter = 0.98;
static constexpr double kTrialSeconds = 0.4;
static constexpr int kLeastRounds = 7, kMostRounds = 400;

static std::string describeSettings(const Options &options) {
  return fmt::format("{}, weights {}, {} thread{}", getName(options.precision), getName(options.weightsFormat),
                     options.threads, options.threads == 1 ? "" : "s");
}

FailureOr<std::unique_ptr<ScheduleSearch>> ScheduleSearch::create(const Options &options, Model &model,
                                                                  Diagnostics &diagnostics) {
  std::unique_ptr<ScheduleSearch> search(new ScheduleSearch(options, model, diagnostics));
  if (failed(search->prepare()))
    return failure();
  return search;
}

LogicalResult ScheduleSearch::prepare() {
  Options fuse = options;
  fuse.stopAfter = Stage::Fuse;
  if (failed(compile(fuse, model, diagnostics)))
    return failure();
  settings = describeSettings(options);
  // What these ask for is done by now.
  options.forgetFormats();
  options.dumpDirectory.clear();
  Options tile = options;
  tile.stopAfter = Stage::Tile;
  target = (*model.module)->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  if (failed(checkRunsHere(target, diagnostics)))
    return failure();
  Model copy;
  copy.module = model.module->clone();
  copy.name = model.name;
  if (failed(compile(tile, copy, diagnostics)))
    return failure();
  tiled = std::move(copy.module);
  auto compiled = compileWith(nullptr);
  if (failed(compiled))
    return failure();
  base = std::move(*compiled);
  classes = listClasses(*tiled, base->getInterface());
  neighbours.resize(classes.size());
  return success();
}

/// The network with one schedule for each class, which `schedule` names; null fields, and no `schedule`, keep the cost
/// model's.
FailureOr<std::unique_ptr<TimedModel>> ScheduleSearch::compileWith(mn::ScheduleAttr ScheduleClass::*schedule) {
  Model copy;
  copy.module = model.module->clone();
  copy.name = model.name;
  NamedAttrList entries;
  for (const ScheduleClass &group : classes)
    if (schedule && group.*schedule && group.*schedule != group.chosen)
      for (mn::LayerOpInterface layer : group.layers)
        entries.set(mn::getLocationName(layer.getLoc()), makeScheduleEntry({"", "", group.*schedule}));
  if (!entries.empty())
    (*copy.module)->setAttr(mn::kSchedulesAttr, entries.getDictionary(copy.module->getContext()));
  return TimedModel::load(options, copy, diagnostics);
}

/// Runs the cost model's network and `other` in turns.
void ScheduleSearch::measure(TimedModel &other, double seconds) {
  using Clock = std::chrono::steady_clock;
  for (TimedModel *timed : {base.get(), &other}) {
    timed->infer();
    timed->forget();
  }
  auto start = Clock::now();
  for (int round = 0; round < kMostRounds; ++round) {
    // Each goes first as often as the other.
    (round % 2 == 0 ? *base : other).infer();
    (round % 2 == 0 ? other : *base).infer();
    if (round + 1 >= kLeastRounds && std::chrono::duration<double>(Clock::now() - start).count() > seconds)
      break;
  }
}

/// The least time of each layer, summed: what disturbs a round only ever adds.
static double secondsOf(const ScheduleClass &group, const TimedModel &timed) {
  double seconds = 0;
  for (size_t number : group.numbers)
    seconds += *llvm::min_element(timed.getLayerSeconds()[number]);
  return seconds;
}

double ScheduleSearch::shareOf(const ScheduleClass &group, const TimedModel &other) const {
  return secondsOf(group, other) / secondsOf(group, *base);
}

bool ScheduleSearch::isMeasuredBy(const ScheduleFile &file) const {
  return llvm::any_of(classes, [&](const ScheduleClass &group) { return file.measured.contains(group.key); });
}

bool ScheduleSearch::resume(const ScheduleFile &file) {
  if (!file.measured.empty() && file.settings != settings)
    return false;
  for (ScheduleClass &group : classes) {
    auto known = file.measured.find(group.key);
    if (known == file.measured.end())
      continue;
    for (const auto &[text, share] : known->second) {
      mn::ScheduleAttr schedule = parseSchedule(text, target.getContext());
      if (!schedule || !isLegal(group.layers.front(), schedule))
        continue;
      group.measured[printSchedule(schedule)] = share;
      if (share < std::min(kBetter, group.bestShare()))
        group.best = schedule;
    }
  }
  return true;
}

FailureOr<bool> ScheduleSearch::tryNext() {
  bool hasAny = false;
  for (auto [group, near] : llvm::zip_equal(classes, neighbours)) {
    if (!near)
      near.emplace(group, target);
    group.candidate = near->next(group, trials % 2 == 1);
    hasAny |= static_cast<bool>(group.candidate);
  }
  ++trials;
  if (!hasAny)
    return false;
  auto compiled = compileWith(&ScheduleClass::candidate);
  if (failed(compiled))
    return failure();
  measure(**compiled, kTrialSeconds);
  for (auto [group, near] : llvm::zip_equal(classes, neighbours)) {
    if (!group.candidate)
      continue;
    const LayerInterface &layer = (*compiled)->getInterface().layers[group.numbers.front()];
    bool isOverruled = (*compiled)->getOverruledKernels().contains(layer.kernel);
    double share = isOverruled ? std::numeric_limits<double>::infinity() : shareOf(group, **compiled);
    bool isBest = share < kBetter * group.bestShare();
    group.measured[printSchedule(group.candidate)] = share;
    if (isBest) {
      group.best = group.candidate;
      near.reset();
    }
  }
  return true;
}

LogicalResult ScheduleSearch::settle(double seconds) {
  FinalDecision decision = {.stays = {}, .measuresAgain = countImproved() > 0};
  for (int measurement = 1; decision.measuresAgain; ++measurement) {
    auto compiled = compileWith(&ScheduleClass::best);
    if (failed(compiled))
      return failure();
    best = std::move(*compiled);
    measure(*best, seconds);
    std::vector<ScheduleClass *> improved;
    std::vector<double> shares;
    for (ScheduleClass &group : classes) {
      if (!group.isImproved())
        continue;
      improved.push_back(&group);
      shares.push_back(shareOf(group, *best));
      group.measured[printSchedule(group.best)] = shares.back();
    }
    decision = decideFinally(shares, measurement);
    for (auto [group, stays] : llvm::zip_equal(improved, decision.stays))
      if (!stays)
        group->best = group->chosen;
  }
  if (countImproved() == 0)
    measure(*base, seconds);
  if (auto [was, is] = getTotalSeconds(); is > was)
    for (ScheduleClass &group : classes)
      group.best = group.chosen;
  return success();
}

std::pair<double, double> ScheduleSearch::getSeconds(const ScheduleClass &group) const {
  return {secondsOf(group, *base), secondsOf(group, group.isImproved() ? *best : *base)};
}

std::pair<double, double> ScheduleSearch::getTotalSeconds() const {
  return {median(base->getTotalSeconds()), median((countImproved() > 0 ? *best : *base).getTotalSeconds())};
}

size_t ScheduleSearch::countImproved() const {
  return llvm::count_if(classes, std::mem_fn(&ScheduleClass::isImproved));
}

ScheduleFile ScheduleSearch::makeFile() const {
  ScheduleFile file;
  file.cpu = target.getCpu().str();
  file.settings = settings;
  for (const ScheduleClass &group : classes) {
    for (const auto &[schedule, share] : group.measured)
      if (std::isfinite(share))
        file.measured[group.key][schedule] = share;
    if (group.isImproved())
      for (mn::LayerOpInterface layer : group.layers)
        file.layers.push_back({mn::getLocationName(layer.getLoc()).str(), tile::describeShapes(layer), group.best});
  }
  return file;
}

} // namespace mncc
