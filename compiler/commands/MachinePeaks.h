// SPDX-License-Identifier: Apache-2.0
// Which peak of this machine a layer is measured by: that of the kind of numbers it computes with.
#ifndef MNCC_COMPILER_COMMANDS_MACHINEPEAKS_H
#define MNCC_COMPILER_COMMANDS_MACHINEPEAKS_H

#include "compiler/emit/Interface.h"

namespace mncc {

/// What one thread reaches at best with the instructions of one row.
class MachinePeaks {
public:
  /// Measures them, those of integers only if `hasIntegers`.
  static MachinePeaks measure(mn::TargetAttr target, bool hasIntegers);

  /// Billions of fp32 operations a second, two a fused multiply-add.
  double getFloats() const { return floats; }
  /// Billions of operations a second, two a product of `int8_product`, as the row names it; 0 where they are not known:
  /// without integers, and where measureIntegerPeak() is.
  double getIntegers() const { return integers; }
  /// Seconds that the multiply-adds of `layer` take at its peak; infinite where that is not known.
  double findLeastSeconds(const LayerInterface &layer) const;
  /// A line for each peak that is known, for people.
  std::string describe() const;

private:
  mn::TargetAttr target;
  double floats = 0, integers = 0;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_MACHINEPEAKS_H
