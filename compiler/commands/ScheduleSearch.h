// SPDX-License-Identifier: Apache-2.0
// Measures schedules on this machine: whole networks, each with another candidate in every class, beside the network of
// the cost model.
#ifndef MNCC_COMPILER_COMMANDS_SCHEDULESEARCH_H
#define MNCC_COMPILER_COMMANDS_SCHEDULESEARCH_H

#include "compiler/commands/ScheduleClasses.h"
#include "compiler/commands/TimedModel.h"

#include <optional>

namespace mncc {

class ScheduleSearch {
public:
  /// Takes `model` to the end of the fuse stage and compiles it as the cost model says. Fails after an error was
  /// reported, also where this machine cannot run the row.
  static mlir::FailureOr<std::unique_ptr<ScheduleSearch>> create(const Options &options, Model &model,
                                                                 Diagnostics &diagnostics);

  mn::TargetAttr getTarget() const { return target; }
  std::vector<ScheduleClass> &getClasses() { return classes; }

  /// True where `file` has measured a class of this network.
  bool isMeasuredBy(const ScheduleFile &file) const;
  /// Goes on from what a file says was measured; what the kernels cannot obey any more is forgotten. False, and nothing
  /// is taken, where it was measured with other settings.
  bool resume(const ScheduleFile &file);
  /// Measures one more candidate of every class that has one left. Returns whether there was any.
  mlir::FailureOr<bool> tryNext();
  /// Compiles the best of every class together, measures for `seconds`, and takes back those that are not better there;
  /// what is left is measured once more, as decideFinally() says. Where the network is slower then, all is
  /// taken back.
  mlir::LogicalResult settle(double seconds);

  /// Seconds of the layers of `group` in one inference: the cost model's, and the best one's, which are the same where
  /// the schedules are. After settle().
  std::pair<double, double> getSeconds(const ScheduleClass &group) const;
  /// Seconds of a whole inference: the cost model's and the best, which are the same where no class is improved; the
  /// best's has in it what the last measurement took back. After settle().
  std::pair<double, double> getTotalSeconds() const;

  size_t countImproved() const;

  /// What the file is to say by now.
  ScheduleFile makeFile() const;

private:
  ScheduleSearch(const Options &options, Model &model, Diagnostics &diagnostics)
      : options(options), model(model), diagnostics(diagnostics) {}

  mlir::LogicalResult prepare();
  mlir::FailureOr<std::unique_ptr<TimedModel>> compileWith(mn::ScheduleAttr ScheduleClass::*schedule);
  void measure(TimedModel &other, double seconds);
  double shareOf(const ScheduleClass &group, const TimedModel &other) const;

  Options options;
  Model &model;
  Diagnostics &diagnostics;
  mn::TargetAttr target;
  /// What the times depend on beside the schedules, in words.
  std::string settings;
  mlir::OwningOpRef<mlir::ModuleOp> tiled;
  std::vector<ScheduleClass> classes;
  /// Made anew when the best of a class changes.
  std::vector<std::optional<ScheduleNeighbours>> neighbours;
  std::unique_ptr<TimedModel> base, best;
  int64_t trials = 0;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_SCHEDULESEARCH_H
