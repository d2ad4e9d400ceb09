// SPDX-License-Identifier: Apache-2.0
// Which layers several threads share, and what of each is cut: so that the parts are equal, and that each thread reads
// as little as it can that the others have written.
#include "dialects/mn/Shapes.h"
#include "passes/Passes.h"
#include "passes/lower/ScheduleLimits.h"
#include "passes/lower/kernels/KernelBuilder.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_PLANTHREADSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Below this a layer takes one thread less time than handing it out and waiting for the others costs.
static constexpr int64_t kLeastMultiplyAdds = 1 << 15, kLeastElements = 1 << 14;

/// How much longer the longest of `parts` parts is than an equal share; 1 for equal parts, 0 where there is nothing to
/// cut.
static double imbalance(int64_t shares, int64_t parts) {
  if (shares < parts)
    return 0;
  return static_cast<double>((shares + parts - 1) / parts * parts) / static_cast<double>(shares);
}

namespace {

struct PlanThreads : mncc::impl::PlanThreadsPassBase<PlanThreads> {
  void runOnOperation() override {
    auto module = getOperation()->getParentOfType<ModuleOp>();
    int64_t threads = module ? mn::getThreads(module) : 1;
    if (threads == 1)
      return;
    for (auto layer : getOperation().getOps<mn::LayerOpInterface>())
      if (mn::ScheduleAttr schedule = layer.getScheduleAttr(); schedule && isWorthwhile(layer))
        layer.setScheduleAttr(cut(layer, schedule, threads));
  }

private:
  static bool isWorthwhile(mn::LayerOpInterface layer) {
    return mn::countMultiplyAdds(layer) >= kLeastMultiplyAdds ||
           mn::getImageShape(layer->getOperand(0)).elements() >= kLeastElements;
  }

  static mn::ScheduleAttr cut(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, int64_t threads) {
    double channels = imbalance(lower::countShares(layer, schedule, mn::Split::Channels), threads);
    double pixels = imbalance(lower::countShares(layer, schedule, mn::Split::Pixels), threads);
    if (channels == 0 && pixels == 0)
      return schedule;
    // A thread that computes some pixels finds most inputs in its own cache, for it has written them; one that computes
    // some channels of a dense layer reads what all have written. Only much shorter parts make up for that.
    constexpr double kMuch = 1.05;
    bool isByPixels = channels == 0 || (pixels != 0 && pixels <= kMuch * channels);
    // Threads that share the pixels have a cache each, which all of the next panel must reach.
    int64_t prefetch = std::min(schedule.getPrefetch() * (isByPixels ? threads : 1), mn::kMostPrefetch);
    return mn::ScheduleAttr::get(schedule.getContext(), schedule.getVector(), schedule.getPixels(),
                                 schedule.getChannels(), schedule.getUnroll(), schedule.getOrder(), schedule.getRows(),
                                 prefetch, threads, isByPixels ? mn::Split::Pixels : mn::Split::Channels);
  }
};

} // namespace
