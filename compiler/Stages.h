// SPDX-License-Identifier: Apache-2.0
// The table of stages: names, order and sentences for the command line, the dumps and the docs.
#ifndef MNCC_COMPILER_STAGES_H
#define MNCC_COMPILER_STAGES_H

#include "compiler/Options.h"
#include "mlir/IR/BuiltinOps.h"

namespace mncc {

/// One row: the stage, the word for it, and what is true after it.
struct StageInfo {
  Stage stage;
  const char *name;
  const char *sentence;
};

/// All stages in running order.
llvm::ArrayRef<StageInfo> getStages();
/// The word for `stage`.
llvm::StringRef getStageName(Stage stage);
/// The stage called `name`, or nothing.
std::optional<Stage> findStage(llvm::StringRef name);
/// The last stage that `module` has seen by its `mn.stage`; Import where it says nothing.
Stage getStage(mlir::ModuleOp module);
/// Writes the stage on `module`.
void setStage(mlir::ModuleOp module, Stage stage);

} // namespace mncc

#endif // MNCC_COMPILER_STAGES_H
