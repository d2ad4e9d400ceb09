// SPDX-License-Identifier: Apache-2.0
// What the kernels are to do is written down here, from the numbers of the target's row; the kernels only obey.
#include "passes/Passes.h"
#include "passes/tile/ChooseSchedule.h"
#include "passes/tile/Explain.h"
#include "passes/tile/RequireTarget.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_CHOOSETILESPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

struct ChooseTiles : mncc::impl::ChooseTilesPassBase<ChooseTiles> {
  using ChooseTilesPassBase::ChooseTilesPassBase;

  void runOnOperation() override {
    mn::TargetAttr target = tile::requireTarget(getOperation());
    if (!target)
      return signalPassFailure();
    getOperation().walk([&](mn::LayerOpInterface layer) {
      // Its layers have schedules of their own.
      if (isa<mn::FusedOp>(layer.getOperation()))
        return;
      layer.setScheduleAttr(tile::chooseSchedule(layer, target));
      if (explain && tile::hasChosenTile(layer))
        layer.emitRemark() << tile::explainSchedule(layer, target);
    });
  }
};

} // namespace
