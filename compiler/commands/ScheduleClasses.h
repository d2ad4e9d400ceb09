// SPDX-License-Identifier: Apache-2.0
// What `mncc tune` may choose: layers that share a kernel are one class, and each class has its legal schedules.
#ifndef MNCC_COMPILER_COMMANDS_SCHEDULECLASSES_H
#define MNCC_COMPILER_COMMANDS_SCHEDULECLASSES_H

#include "compiler/ScheduleFile.h"
#include "compiler/emit/Interface.h"

namespace mncc {

/// Layers that share a kernel, and what has been found out about its schedules.
struct ScheduleClass {
  /// The layers by their numbers in the model's interface, and at the end of the tile stage.
  std::vector<size_t> numbers;
  std::vector<mn::LayerOpInterface> layers;
  /// The first layer's name and shapes: the key in the file.
  std::string key;
  /// The cost model's choice, and the best so far.
  mn::ScheduleAttr chosen, best;
  /// Time of each schedule that was measured, as a share of the chosen one's; infinite where the spill gate objects.
  std::map<std::string, double> measured;
  /// The candidate of the trial at hand; null for none.
  mn::ScheduleAttr candidate;

  double bestShare() const;
  /// True where the best is not the cost model's choice.
  bool isImproved() const { return best != chosen; }
};

/// The classes of `tiled`, a module at the end of the tile stage whose layers are those of `interface`. Layers without
/// a field to choose are in none.
std::vector<ScheduleClass> listClasses(mlir::ModuleOp tiled, const ModelInterface &interface);

/// Proposes schedules of one class: those that differ from the best one in one field or two, that the kernel can obey
/// and whose tile fits the registers; those that the cost model favours first.
class ScheduleNeighbours {
public:
  ScheduleNeighbours(const ScheduleClass &group, mn::TargetAttr target);
  /// The next schedule to measure that differs in one field, or with `takesPairs` in two; null where none is left.
  mn::ScheduleAttr next(const ScheduleClass &group, bool takesPairs) const;

private:
  std::vector<mn::ScheduleAttr> single, pairs;
};

/// True where the kernel of `layer` can obey `schedule`; nothing is reported.
bool isLegal(mn::LayerOpInterface layer, mn::ScheduleAttr schedule);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_SCHEDULECLASSES_H
