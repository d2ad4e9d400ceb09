// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/FusionCost.h"

#include "dialects/mn/Strips.h"
#include "dialects/mn/WeightResource.h"
#include "passes/lower/kernels/KernelBuilder.h"
#include "passes/tile/ChooseSchedule.h"
#include "passes/tile/PredictCycles.h"

#include "llvm/Support/FormatVariadic.h"

#include <numeric>

using namespace mlir;
using namespace mncc;
using namespace mncc::tile;

/// What the call of a kernel for one strip costs beside its work: what V2 1.0/224's chains execute in their functions
/// and in kernels before and after the loops. All rows have it; a strip takes hundreds of times as long.
static constexpr double kCyclesOfStrip = 60;

std::optional<Strips> tile::chooseStrips(ArrayRef<mn::Window> windows, int64_t strip) {
  Strips rows;
  rows.strips.assign(windows.size(), strip);
  int64_t wanted = strip;
  for (size_t index = windows.size(); index-- > 0;) {
    int64_t own = std::min(wanted, windows[index].output());
    while (windows[index].output() % own != 0)
      --own;
    rows.strips[index] = own;
    wanted *= windows[index].stride;
    if (windows[index].padBefore > (windows[index].kernel - 1) * windows[index].dilation)
      return std::nullopt;
  }
  for (size_t index = 0; index + 1 < windows.size(); ++index) {
    // A 1x1 convolution takes its strip for one run of pixels.
    int64_t unit =
        windows[index + 1].isPointwise() ? std::lcm(rows.strips[index], rows.strips[index + 1]) : rows.strips[index];
    int64_t least = mn::countLeastRing(windows, rows.strips, index);
    int64_t ring = std::min((least + unit - 1) / unit * unit, windows[index].output());
    rows.rings.push_back(ring);
  }
  return rows;
}

static int64_t bytesOf(Value value) {
  return lower::getBufferShape(value).elements() * cast<ShapedType>(value.getType()).getElementTypeBitWidth() / 8;
}

namespace {

/// Both sides of the comparison, in cycles, and what they come from.
struct FusionCost {
  int64_t ringBytes = 0, weightBytes = 0;
  double travelling = 0, travelCycles = 0, lostCycles = 0;
};

} // namespace

/// Bytes of the tensor between two layers, written and read, for which there is no place in L2 beside what its writer
/// reads.
static double countTravelling(mn::WeightedOpInterface writer, int64_t l2Bytes) {
  double tensor = bytesOf(writer->getResult(0)), both = tensor + bytesOf(writer.getInput());
  return 2 * std::clamp<double>(both - l2Bytes, 0, tensor);
}

static double predictAlone(mn::LayerOpInterface layer, mn::TargetAttr target) {
  mn::ScheduleAttr before = layer.getScheduleAttr();
  layer.setScheduleAttr(tile::chooseSchedule(layer, target));
  double cycles = tile::predictCycles(layer, target);
  before ? layer.setScheduleAttr(before) : (void)layer->removeAttr("schedule");
  return cycles;
}

static FusionCost weigh(mn::FusedOp chain, ArrayRef<mn::WeightedOpInterface> layers, mn::TargetAttr target) {
  FusionCost cost;
  int64_t l2Bytes = target.getInteger("l2_bytes");
  SmallVector<mn::WeightedOpInterface> strips = chain.getLayers();
  for (size_t index = 0; index < layers.size(); ++index) {
    mn::WeightedOpInterface outside = layers[index], inside = strips[index];
    auto whole = cast<mn::LayerOpInterface>(*outside), strip = cast<mn::LayerOpInterface>(*inside);
    int64_t runs = mn::getImageShape(outside->getResult(0)).height / chain.getStrips()[index];
    cost.lostCycles += predictAlone(strip, target) - predictAlone(whole, target) + kCyclesOfStrip * runs;
    cost.weightBytes += mn::countBytes(cast<ShapedType>(outside.getFilter().getType()));
    if (index + 1 == layers.size())
      continue;
    cost.ringBytes += bytesOf(inside->getResult(0));
    cost.travelling += countTravelling(outside, l2Bytes);
  }
  cost.travelCycles = cost.travelling * 100 / target.getInteger("beyond_l2_bytes_per_100_cycles");
  return cost;
}

double tile::countSavedCycles(mn::FusedOp chain, ArrayRef<mn::WeightedOpInterface> layers, mn::TargetAttr target) {
  FusionCost cost = weigh(chain, layers, target);
  if (cost.travelling == 0 || 2 * (cost.ringBytes + cost.weightBytes) > target.getInteger("l2_bytes"))
    return 0;
  return cost.travelCycles - cost.lostCycles;
}

std::string tile::explainFusion(mn::FusedOp chain, ArrayRef<mn::WeightedOpInterface> layers, mn::TargetAttr target) {
  FusionCost cost = weigh(chain, layers, target);
  return llvm::formatv("{0} KiB need not travel beyond L2, {1:F0} cycles; strips lose {2:F0}; {3} KiB of rings",
                       static_cast<int64_t>(cost.travelling) / 1024, cost.travelCycles, cost.lostCycles,
                       cost.ringBytes / 1024)
      .str();
}
