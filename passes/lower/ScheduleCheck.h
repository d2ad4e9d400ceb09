// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_PASSES_LOWER_SCHEDULECHECK_H
#define MNCC_PASSES_LOWER_SCHEDULECHECK_H

#include "dialects/mn/Mn.h"

namespace mncc::lower {

/// Checks that the kernel of `layer` can obey every field of its schedule in its layouts; reports a located error and
/// fails where it cannot. A field that a kernel class does not use must have its neutral value.
mlir::LogicalResult checkSchedule(mn::LayerOpInterface layer);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_SCHEDULECHECK_H
