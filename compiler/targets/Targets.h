// SPDX-License-Identifier: Apache-2.0
// The target table: what mncc knows of each `--mcpu`. The rows are data (targets.json); this reads them.
#ifndef MNCC_COMPILER_TARGETS_TARGETS_H
#define MNCC_COMPILER_TARGETS_TARGETS_H

#include "compiler/import/Diagnostics.h"
#include "dialects/mn/Mn.h"

#include "llvm/ADT/StringMap.h"

namespace mncc {

/// What to compile for, as the user says it.
struct TargetRequest {
  /// A triple that listTriples() names; empty for this machine's.
  std::string triple;
  /// A row's name; "native" for the row that fits this machine best.
  std::string cpu = "native";
  /// A JSON file of the form of targets.json, whose rows add to or take the place of the table's; empty for none.
  std::string targetFile;
};

/// The row for `request` with its triple. Reports an error that lists what there is, with the nearest name as a note,
/// and fails for unknown triples and rows, and for a row of another architecture than the triple's.
llvm::FailureOr<mn::TargetAttr> lookupTarget(mlir::MLIRContext *context, const TargetRequest &request,
                                             Diagnostics &diagnostics);

/// All rows in the order of the table, without a triple.
llvm::FailureOr<std::vector<mn::TargetAttr>> readTargets(mlir::MLIRContext *context, const std::string &targetFile,
                                                         Diagnostics &diagnostics);

/// The triples that mncc compiles for.
llvm::ArrayRef<llvm::StringRef> listTriples();

/// True where this machine executes every instruction of the row.
bool canRun(mn::TargetAttr target);

/// Which of `rows`, all of which a machine can run, fits it best: the one with the name of its processor `hostCpu`,
/// else of those with the widest vectors the one whose own processor is most like it: shares most of `hostFeatures`
/// (LLVM's names) and has least beside them; the last of equals. Null where there are no rows.
mn::TargetAttr pickNative(llvm::ArrayRef<mn::TargetAttr> rows, llvm::StringRef hostCpu,
                          const llvm::StringMap<bool> &hostFeatures);

} // namespace mncc

#endif // MNCC_COMPILER_TARGETS_TARGETS_H
