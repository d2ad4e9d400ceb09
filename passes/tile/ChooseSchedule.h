// SPDX-License-Identifier: Apache-2.0
// The cost model's schedule of a layer.
#ifndef MNCC_PASSES_TILE_CHOOSESCHEDULE_H
#define MNCC_PASSES_TILE_CHOOSESCHEDULE_H

#include "dialects/mn/Mn.h"

namespace mncc::tile {

/// The schedule for `layer`, which is no `mn.fused` and has a layout, from the numbers of `target`; inside `mn.fused`,
/// for one strip.
mn::ScheduleAttr chooseSchedule(mn::LayerOpInterface layer, mn::TargetAttr target);

} // namespace mncc::tile

#endif // MNCC_PASSES_TILE_CHOOSESCHEDULE_H
