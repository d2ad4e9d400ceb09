// SPDX-License-Identifier: Apache-2.0
// What was measured, or is known better, takes the cost model's place; it is held to the same limits as a hand-edited
// dump, but its errors point at the file that says it.
#include "passes/Passes.h"
#include "passes/lower/ScheduleCheck.h"
#include "passes/tile/LayerShapes.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_APPLYSCHEDULEPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Where `entry` is written, or `fallback`.
static Location locate(DictionaryAttr entry, Location fallback) {
  auto location = entry.getAs<LocationAttr>("location");
  return location ? Location(location) : fallback;
}

/// The number that `value` stands for in field number `field`, or nothing.
static std::optional<int64_t> readField(size_t field, Attribute value) {
  auto number = dyn_cast<IntegerAttr>(value);
  bool isNumber = mn::ScheduleAttr::getFieldWord(field, 0).empty();
  if (isNumber)
    return number && number.getType().isInteger(64) ? std::optional(number.getInt()) : std::nullopt;
  auto word = dyn_cast<StringAttr>(value);
  for (int64_t choice = 0; word && !mn::ScheduleAttr::getFieldWord(field, choice).empty(); ++choice)
    if (mn::ScheduleAttr::getFieldWord(field, choice) == word.getValue())
      return choice;
  return std::nullopt;
}

namespace {

struct ApplySchedule : mncc::impl::ApplySchedulePassBase<ApplySchedule> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    auto schedules = module ? module->getAttrOfType<DictionaryAttr>(mn::kSchedulesAttr) : DictionaryAttr();
    if (!schedules)
      return;
    auto layers = tile::listNamedLayers(getOperation());
    bool isRefused = false;
    for (NamedAttribute named : schedules) {
      auto entry = dyn_cast<DictionaryAttr>(named.getValue());
      auto found = layers.find(named.getName().getValue());
      if (!entry)
        isRefused = failed(module.emitError()
                           << "expects a dictionary for each layer of 'mn.schedules', found " << named.getValue());
      else if (found == layers.end())
        isRefused = failed(refuseUnknown(named.getName(), locate(entry, module.getLoc()), layers));
      else
        isRefused |= failed(apply(entry, found->second));
    }
    module->removeAttr(mn::kSchedulesAttr);
    if (isRefused)
      signalPassFailure();
  }

private:
  static LogicalResult refuseUnknown(StringRef name, Location location,
                                     const llvm::MapVector<StringRef, mn::LayerOpInterface> &layers) {
    InFlightDiagnostic error = emitError(location) << "expects the name of a layer, found '" << name << "'";
    StringRef nearest;
    unsigned least = name.size() / 2 + 1;
    for (StringRef known : llvm::make_first_range(layers))
      if (unsigned distance = name.edit_distance(known, true, least);
          distance < least || (distance == least && known < nearest))
        nearest = known, least = distance;
    if (!nearest.empty())
      error.attachNote() << "did you mean '" << nearest << "'?";
    auto names = llvm::to_vector(llvm::make_first_range(layers));
    llvm::sort(names);
    std::string list = llvm::join(ArrayRef(names).take_front(kMostNames), ", ");
    error.attachNote() << "after the fuse stage the layers are " << list << (names.size() > kMostNames ? ", …" : "");
    return error;
  }

  LogicalResult apply(DictionaryAttr entry, mn::LayerOpInterface layer) {
    Location location = locate(entry, layer.getLoc());
    StringRef name = mn::getLocationName(layer.getLoc());
    std::string shapes = tile::describeShapes(layer);
    if (auto made = entry.getAs<StringAttr>("shapes"); made && made.getValue() != shapes) {
      InFlightDiagnostic error = emitError(location) << "expects a schedule for '" << name << "' of the shapes \""
                                                     << shapes << "\", found one for \"" << made.getValue() << "\"";
      error.attachNote() << "the network has changed since: 'mncc tune' makes a new file";
      return error;
    }
    FailureOr<mn::ScheduleAttr> schedule = merge(entry, layer, location);
    if (failed(schedule))
      return failure();
    layer.setScheduleAttr(*schedule);
    // The check reports at the layer's place, which is to be the file's here.
    Location before = layer.getLoc();
    layer->setLoc(location);
    LogicalResult result = lower::checkSchedule(layer);
    layer->setLoc(before);
    return result;
  }

  /// The fields of `entry` over those that `layer` has.
  FailureOr<mn::ScheduleAttr> merge(DictionaryAttr entry, mn::LayerOpInterface layer, Location location) {
    mn::ScheduleAttr chosen = layer.getScheduleAttr();
    if (!chosen)
      return layer.emitError() << "expects a schedule from choose-tiles";
    SmallVector<int64_t> values = chosen.getFieldValues();
    ArrayRef<StringLiteral> names = mn::ScheduleAttr::getFieldNames();
    for (NamedAttribute named : entry) {
      if (llvm::is_contained({"shapes", "location"}, named.getName().getValue()))
        continue;
      size_t field = llvm::find(names, named.getName().getValue()) - names.begin();
      // Threads are planned afterwards, for the tiles that stand here.
      bool isKnown = field < names.size() && !llvm::is_contained({"parts", "split"}, names[field]);
      std::optional<int64_t> value = isKnown ? readField(field, named.getValue()) : std::nullopt;
      if (!value)
        return emitError(location) << "schedule expects other fields than " << named.getName() << " = "
                                   << named.getValue();
      values[field] = *value;
    }
    auto report = [&] { return emitError(location); };
    mn::ScheduleAttr schedule = mn::ScheduleAttr::getFromValues(report, &getContext(), values);
    if (!schedule)
      return failure();
    return schedule;
  }

  static constexpr size_t kMostNames = 64;
};

} // namespace
