// SPDX-License-Identifier: Apache-2.0
// The lower stage: its passes, in running order.
#ifndef MNCC_PASSES_LOWER_PIPELINE_H
#define MNCC_PASSES_LOWER_PIPELINE_H

#include "mlir/Pass/PassManager.h"

namespace mncc {

/// Adds the passes that make kernels to `manager`, a pass manager of modules: what the lower stage does before a
/// printer is chosen.
void buildKernelPipeline(mlir::OpPassManager &manager);

} // namespace mncc

#endif // MNCC_PASSES_LOWER_PIPELINE_H
