// SPDX-License-Identifier: Apache-2.0
// How far integers are from the floats that they stand for, tensor by tensor.
#ifndef MNCC_COMPILER_COMMANDS_QUANTIZATIONREPORT_H
#define MNCC_COMPILER_COMMANDS_QUANTIZATIONREPORT_H

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>
#include <vector>

namespace mncc {

/// Power of a signal and of what was added to it.
struct NoiseMeter {
  double signal = 0, noise = 0;

  void add(llvm::ArrayRef<float> exact, llvm::ArrayRef<float> actual);
  /// 10 log10(signal / noise); infinite without noise.
  double getDecibels() const;
};

/// What one way to quantise a network has come to, over all images.
struct QuantizationReport {
  /// "int8", "+bias": the heading of its column.
  std::string name;
  std::map<std::string, NoiseMeter> tensors;
  NoiseMeter result;
  /// Images, and those whose largest result is at the same place as that of the floats.
  int64_t images = 0, sameClass = 0;
};

/// Sizes in bytes.
struct QuantizationSizes {
  int64_t floatWeights = 0, integerWeights = 0, floatCode = 0, integerCode = 0;
};

/// Prints a line for each layer of `module`, the quantised network, with a column for each of `reports`, then the
/// network's results and its sizes.
void printReports(mlir::ModuleOp module, llvm::ArrayRef<QuantizationReport> reports, const QuantizationSizes &sizes);
/// As printReports(), as JSON.
void printReportsAsJson(mlir::ModuleOp module, llvm::ArrayRef<QuantizationReport> reports,
                        const QuantizationSizes &sizes);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_QUANTIZATIONREPORT_H
