// SPDX-License-Identifier: Apache-2.0
// Schedule files (docs/schedules.md): the choices that take the cost model's place, layer by layer.
#ifndef MNCC_COMPILER_SCHEDULEFILE_H
#define MNCC_COMPILER_SCHEDULEFILE_H

#include "compiler/import/Diagnostics.h"
#include "dialects/mn/Mn.h"

#include <map>

namespace mncc {

/// What a schedule file says.
struct ScheduleFile {
  /// The row that it is for.
  std::string cpu;
  /// One layer's choice: the shapes that it was made for, and all fields but those for threads.
  struct Layer {
    std::string name, shapes;
    mn::ScheduleAttr schedule;
  };
  std::vector<Layer> layers;
  /// What was measured: "fp32, weights f32, 1 thread". `mncc tune` goes on only where it is the same.
  std::string settings;
  /// For `mncc tune`, which goes on from what it has measured: the name of a class's first layer, then for each
  /// schedule in MLIR's words its time as a share of the time that the cost model's choice takes.
  std::map<std::string, std::map<std::string, double>> measured;
  /// Where a file that was read says `measured`.
  SourceLocation measuredPlace = {};
};

/// The value of the module attribute `mn.schedules` that the file at `path` stands for, for `module`, which has its
/// target. Reports located errors and fails where the file is not one, or is for another row.
llvm::FailureOr<mlir::DictionaryAttr> readScheduleFile(const std::string &path, mlir::ModuleOp module,
                                                       Diagnostics &diagnostics);

/// What `mncc tune` has measured by the file at `path`, for `target`; the layers are left out. Reports as
/// readScheduleFile(), and fails too where a layer has a schedule that was not measured: only the file has it.
llvm::FailureOr<ScheduleFile> readMeasurements(const std::string &path, mn::TargetAttr target,
                                               Diagnostics &diagnostics);

/// The text of a schedule file.
std::string printScheduleFile(const ScheduleFile &file);

/// The text between the brackets of `#mn.schedule<…>`, and the schedule for such a text or null.
std::string printSchedule(mn::ScheduleAttr schedule);
mn::ScheduleAttr parseSchedule(const std::string &text, mlir::MLIRContext *context);

/// The entry for one layer of `mn.schedules`.
mlir::DictionaryAttr makeScheduleEntry(const ScheduleFile::Layer &layer);

} // namespace mncc

#endif // MNCC_COMPILER_SCHEDULEFILE_H
