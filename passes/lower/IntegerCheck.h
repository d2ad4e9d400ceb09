// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_LOWER_INTEGERCHECK_H
#define MNCC_PASSES_LOWER_INTEGERCHECK_H

#include "dialects/mn/Mn.h"

namespace mncc::lower {

/// Reports a located error and fails where `layer`, of integers, has no kernel: resize, and concat of several scales.
mlir::LogicalResult checkIntegers(mn::LayerOpInterface layer);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_INTEGERCHECK_H
