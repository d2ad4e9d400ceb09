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

/// What a network has come to on all labelled pictures.
struct Score {
  int64_t right = 0;
  /// Its results beside those of the floats.
  NoiseMeter result;
};

/// What a network of integers gains where one layer stays as it is.
struct LayerGain {
  std::string layer;
  /// With this layer of floats, beside all that stay floats anyway.
  Score score;
  /// Its multiply-adds over those of the network.
  double workShare = 0;
};

/// What one way to quantise a network has come to, over all images.
struct QuantizationReport {
  /// "int8", "+bias": the heading of its column.
  std::string name;
  std::map<std::string, NoiseMeter> tensors;
  NoiseMeter result;
  /// Images, and those whose largest result is at the same place as that of the floats.
  int64_t images = 0, sameClass = 0;
  /// Of how many labelled pictures it is right.
  int64_t right = 0;
};

/// What stands below the table.
struct QuantizationSummary {
  /// In bytes.
  int64_t floatWeights = 0, integerWeights = 0, floatCode = 0, integerCode = 0;
  /// Labelled pictures, and those of which the float network is right.
  int64_t labelled = 0, rightFloats = 0;
  /// Whether layers to stay floats were searched; all that were tried, what the same integers come to without any, and
  /// those that stay.
  bool hasSearched = false;
  std::vector<LayerGain> gains;
  Score withoutFloats;
  std::vector<std::string> kept;
};

/// Prints a line for each layer of `module`, the quantised network, with a column for each of `reports`, then the
/// network's results and `summary`.
void printReports(mlir::ModuleOp module, llvm::ArrayRef<QuantizationReport> reports,
                  const QuantizationSummary &summary);
/// As printReports(), as JSON.
void printReportsAsJson(mlir::ModuleOp module, llvm::ArrayRef<QuantizationReport> reports,
                        const QuantizationSummary &summary);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_QUANTIZATIONREPORT_H
