// SPDX-License-Identifier: Apache-2.0
// Integers that make up for what the layers before them got wrong.
#ifndef MNCC_COMPILER_COMMANDS_LAYERREFINEMENT_H
#define MNCC_COMPILER_COMMANDS_LAYERREFINEMENT_H

#include "compiler/Options.h"
#include "compiler/quantize/Calibration.h"

#include "mlir/IR/BuiltinOps.h"

namespace mncc {

/// What refineLayers() changes.
struct Refinement {
  /// Filters are rounded by the products of the values that meet them (roundByProducts()), in the place of each weight
  /// to its nearest integer.
  bool roundsByProducts = false;
  /// Biases take up the measured difference between the means of each output channel.
  bool correctsBias = false;
  /// Begins each line of the progress bar.
  std::string heading = {};
};

/// Goes through the layers of `integers`, a network that quantize-network has made of `floats`, in their order. Each is
/// changed as `refinement` says, and run on `pictures` behind the layers before it as they are by then; `calibration`
/// has the means of `floats`. Reports an error and fails where a layer does not compile or weights are not loaded.
mlir::LogicalResult refineLayers(mlir::ModuleOp floats, mlir::ModuleOp integers, const Calibration &calibration,
                                 llvm::ArrayRef<std::vector<float>> pictures, Refinement refinement,
                                 const Options &options, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_LAYERREFINEMENT_H
