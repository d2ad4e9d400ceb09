// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/MachinePeaks.h"

#include "compiler/commands/FmaPeak.h"
#include "compiler/commands/IntegerPeak.h"

#include <fmt/format.h>

#include <limits>

namespace mncc {

MachinePeaks MachinePeaks::measure(mn::TargetAttr target, bool hasIntegers) {
  MachinePeaks peaks;
  peaks.target = target;
  peaks.floats = measurePeak(target.getLanes());
  if (hasIntegers)
    peaks.integers = measureIntegerPeak(target.getLanes(), target.getString("int8_product"));
  return peaks;
}

double MachinePeaks::findLeastSeconds(const LayerInterface &layer) const {
  if (layer.multiplyAdds == 0)
    return 0;
  double peak = layer.quantization ? integers : floats;
  return peak > 0 ? 2e-9 * static_cast<double>(layer.multiplyAdds) / peak : std::numeric_limits<double>::infinity();
}

std::string MachinePeaks::describe() const {
  std::string text = fmt::format("FMA peak of one thread {:.1f} GF/s in vectors of {}\n", floats, target.getLanes());
  if (integers > 0)
    text += fmt::format("peak of {} of one thread {:.1f} GOP/s, for layers of integers\n",
                        target.getString("int8_product").str(), integers);
  return text;
}

} // namespace mncc
