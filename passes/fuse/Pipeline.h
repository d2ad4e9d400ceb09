// SPDX-License-Identifier: Apache-2.0
// The fuse stage: its passes, in running order.
#ifndef MNCC_PASSES_FUSE_PIPELINE_H
#define MNCC_PASSES_FUSE_PIPELINE_H

#include "mlir/Pass/PassManager.h"

#include <string>
#include <vector>

namespace mncc {

/// Adds the passes of the fuse stage to `manager`, a pass manager of modules, except those that `disabled` names by
/// flag. Names of no fuse pass are ignored: see fusePassNames(). The last pass checks the invariant of the stage and
/// reports a located error where it does not hold.
void buildFusePipeline(mlir::OpPassManager &manager, llvm::ArrayRef<std::string> disabled);

/// The flags of the fuse passes that may be disabled, in running order.
std::vector<llvm::StringRef> fusePassNames();

/// Makes the stage available to programs that take pass names, as `--fuse` with the option `disable=name,name`.
void registerFusePipeline();

} // namespace mncc

#endif // MNCC_PASSES_FUSE_PIPELINE_H
