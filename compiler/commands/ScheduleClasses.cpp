// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/ScheduleClasses.h"

#include "passes/lower/ScheduleCheck.h"
#include "passes/tile/LayerShapes.h"
#include "passes/tile/PredictCycles.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <limits>

using namespace mlir;

namespace mncc {

/// Schedules that the cost model takes for slower than the best by more than this are not worth a trial.
static constexpr double kMostPredicted = 1.5;

/// Runs `body` on `layer` with `schedule` in the place of its own.
template <typename Body> static auto withSchedule(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, Body body) {
  mn::ScheduleAttr before = layer.getScheduleAttr();
  layer.setScheduleAttr(schedule);
  auto result = body();
  layer.setScheduleAttr(before);
  return result;
}

bool isLegal(mn::LayerOpInterface layer, mn::ScheduleAttr schedule) {
  ScopedDiagnosticHandler silence(layer.getContext(), [](mlir::Diagnostic &) { return success(); });
  return withSchedule(layer, schedule, [&] { return succeeded(lower::checkSchedule(layer)); });
}

double ScheduleClass::bestShare() const {
  auto found = measured.find(printSchedule(best));
  return found == measured.end() ? 1 : found->second;
}

/// The fields that a file may set; threads are planned for them afterwards.
static bool isChosen(StringRef field) { return field != "parts" && field != "split"; }

/// Values that are tried in a field: all words of an enumeration; numbers of a tile, and more where they count
/// channels.
static SmallVector<int64_t> listValues(size_t field) {
  SmallVector<int64_t> values;
  if (!mn::ScheduleAttr::getFieldWord(field, 0).empty()) {
    while (!mn::ScheduleAttr::getFieldWord(field, values.size()).empty())
      values.push_back(values.size());
    return values;
  }
  for (int64_t value = 0; value <= 32; ++value)
    values.push_back(value);
  for (int64_t value = 36; value <= 256; value += 4)
    values.push_back(value);
  return values;
}

/// `schedule` with `value` in `field`, or null.
static mn::ScheduleAttr replaceField(mn::ScheduleAttr schedule, size_t field, int64_t value) {
  ScopedDiagnosticHandler silence(schedule.getContext(), [](mlir::Diagnostic &) { return success(); });
  SmallVector<int64_t> values = schedule.getFieldValues();
  values[field] = value;
  auto report = [&] { return emitError(UnknownLoc::get(schedule.getContext())); };
  return mn::ScheduleAttr::getFromValues(report, schedule.getContext(), values);
}

/// The schedules with another value in `field` that `layer` can obey.
static std::vector<mn::ScheduleAttr> varyField(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, size_t field) {
  std::vector<mn::ScheduleAttr> variants;
  for (int64_t value : listValues(field))
    if (mn::ScheduleAttr other = replaceField(schedule, field, value);
        other && other != schedule && isLegal(layer, other))
      variants.push_back(other);
  return variants;
}

std::vector<ScheduleClass> listClasses(ModuleOp tiled, const ModelInterface &interface) {
  auto network = tiled.lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
  SmallVector<mn::LayerOpInterface> layers(network.getOps<mn::LayerOpInterface>());
  std::vector<ScheduleClass> classes;
  std::map<std::string, size_t> known;
  auto named = tile::listNamedLayers(network);
  for (auto [number, layer, described] : llvm::enumerate(layers, interface.layers)) {
    // The layers of a chain are timed together: they keep the cost model's schedules.
    if (named.lookup(mn::getLocationName(layer.getLoc())) != layer)
      continue;
    auto [entry, isNew] = known.try_emplace(described.kernel, classes.size());
    if (isNew) {
      ScheduleClass &group = classes.emplace_back();
      group.key = mn::getLocationName(layer.getLoc()).str() + ": " + tile::describeShapes(layer);
      group.chosen = group.best = layer.getScheduleAttr();
    }
    classes[entry->second].numbers.push_back(number);
    classes[entry->second].layers.push_back(layer);
  }
  llvm::erase_if(classes, [](const ScheduleClass &group) {
    auto names = mn::ScheduleAttr::getFieldNames();
    for (size_t field = 0; field < names.size(); ++field)
      if (isChosen(names[field]) && !varyField(group.layers.front(), group.chosen, field).empty())
        return false;
    return true;
  });
  return classes;
}

ScheduleNeighbours::ScheduleNeighbours(const ScheduleClass &group, mn::TargetAttr target) {
  mn::LayerOpInterface layer = group.layers.front();
  auto names = mn::ScheduleAttr::getFieldNames();
  std::map<std::string, double> cycles;
  auto predict = [&](mn::ScheduleAttr schedule) {
    return withSchedule(layer, schedule, [&] { return tile::predictCycles(layer, target); });
  };
  auto add = [&](mn::ScheduleAttr schedule, std::vector<mn::ScheduleAttr> &list) {
    bool fits = withSchedule(layer, schedule, [&] { return tile::fitsRegisters(layer, target); });
    double predicted = predict(schedule);
    if (fits && predicted <= kMostPredicted * predict(group.best) &&
        cycles.try_emplace(printSchedule(schedule), predicted).second)
      list.push_back(schedule);
  };
  std::vector<std::vector<mn::ScheduleAttr>> byField(names.size());
  for (size_t field = 0; field < names.size(); ++field)
    if (isChosen(names[field]))
      byField[field] = varyField(layer, group.best, field);
  for (const auto &variants : byField)
    for (mn::ScheduleAttr variant : variants)
      add(variant, single);
  for (size_t first = 0; first < names.size(); ++first)
    for (size_t second = first + 1; second < names.size(); ++second)
      for (mn::ScheduleAttr one : byField[first])
        for (mn::ScheduleAttr two : byField[second])
          if (mn::ScheduleAttr both = replaceField(one, second, two.getFieldValues()[second]);
              both && isLegal(layer, both))
            add(both, pairs);
  for (std::vector<mn::ScheduleAttr> *list : {&single, &pairs})
    llvm::stable_sort(*list, [&](mn::ScheduleAttr a, mn::ScheduleAttr b) {
      return cycles[printSchedule(a)] < cycles[printSchedule(b)];
    });
}

mn::ScheduleAttr ScheduleNeighbours::next(const ScheduleClass &group, bool takesPairs) const {
  for (const auto *list : {takesPairs ? &pairs : &single, takesPairs ? &single : &pairs})
    for (mn::ScheduleAttr schedule : *list)
      if (schedule != group.chosen && !group.measured.contains(printSchedule(schedule)))
        return schedule;
  return {};
}

} // namespace mncc
