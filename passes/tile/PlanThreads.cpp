// SPDX-License-Identifier: Apache-2.0
// Which layers several threads share, and what of each is cut: so that the parts are equal, and that each thread reads
// as little as it can that the others have written.
#include "dialects/mn/LayerInputs.h"
#include "passes/Passes.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/tile/RequireTarget.h"
#include "passes/tile/ThreadCost.h"

#include <cmath>

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PLANTHREADSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

namespace {

/// How the layers so far are shared, and the cycles that they take.
struct Plan {
  double cycles = 0;
  DenseMap<Operation *, tile::Sharing> sharings;
};

struct PlanThreads : mncc::impl::PlanThreadsPassBase<PlanThreads> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    threads = module ? mn::getThreads(module) : 1;
    if (threads == 1)
      return;
    target = tile::requireTarget(getOperation());
    if (!target)
      return signalPassFailure();
    SmallVector<mn::LayerOpInterface> layers;
    for (auto layer : getOperation().getOps<mn::LayerOpInterface>())
      if (layer.getScheduleAttr())
        layers.push_back(layer);
    for (auto [layer, sharing] : choose(layers).sharings)
      if (sharing)
        cut(cast<mn::LayerOpInterface>(layer), *sharing);
  }

private:
  /// The plan of least cycles, layer by layer: of all plans so far one stays for each sharing of the last layer, for
  /// how the next is best shared depends on that. Exact for chains; where a tensor skips layers the plan that brought
  /// it stays as it is.
  Plan choose(ArrayRef<mn::LayerOpInterface> layers) {
    SmallVector<Plan> plans(1);
    for (mn::LayerOpInterface layer : layers) {
      SmallVector<Plan> next;
      for (tile::Sharing sharing :
           {tile::Sharing(), tile::Sharing(mn::Split::Pixels), tile::Sharing(mn::Split::Channels)}) {
        auto cyclesAfter = [&](const Plan &plan) { return plan.cycles + predict(layer, sharing, plan); };
        const Plan &best =
            *llvm::min_element(plans, [&](const Plan &a, const Plan &b) { return cyclesAfter(a) < cyclesAfter(b); });
        double cycles = cyclesAfter(best);
        if (std::isinf(cycles))
          continue;
        next.push_back({cycles, best.sharings});
        next.back().sharings[layer] = sharing;
      }
      plans = std::move(next);
    }
    return *llvm::min_element(plans, [](const Plan &a, const Plan &b) { return a.cycles < b.cycles; });
  }

  double predict(mn::LayerOpInterface layer, tile::Sharing sharing, const Plan &plan) {
    SmallVector<tile::Sharing> writers;
    for (Value tensor : mn::listInputs(layer)) {
      auto writer = tensor.getDefiningOp<mn::LayerOpInterface>();
      writers.push_back(writer ? tile::getRegion(writer, plan.sharings.lookup(writer)) : tile::Sharing());
    }
    return tile::predictShared(layer, target, threads, sharing, writers);
  }

  void cut(mn::LayerOpInterface layer, mn::Split split) {
    mn::ScheduleAttr schedule = layer.getScheduleAttr();
    // Threads that share the pixels have a cache each, which all of the next panel must reach.
    int64_t caches = split == mn::Split::Pixels ? threads : 1;
    int64_t most = std::min(lower::getMostPrefetch(layer, schedule), mn::kMostPrefetch);
    layer.setScheduleAttr(mn::ScheduleAttr::get(
        schedule.getContext(), schedule.getVector(), schedule.getPixels(), schedule.getChannels(), schedule.getUnroll(),
        schedule.getOrder(), schedule.getRows(), std::min(schedule.getPrefetch() * caches, most), threads, split));
  }

  mn::TargetAttr target;
  int64_t threads = 1;
};

} // namespace
