// SPDX-License-Identifier: Apache-2.0
// Which layers have to stay floats for a network of integers to be right often enough.
#ifndef MNCC_COMPILER_COMMANDS_FLOATSEARCH_H
#define MNCC_COMPILER_COMMANDS_FLOATSEARCH_H

#include "compiler/commands/Accuracy.h"

namespace mncc {

/// A network of integers and of floats.
struct MixedNetwork {
  /// The layers of floats that were chosen, from the one that gains most.
  std::vector<std::string> kept;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// What the search has found.
struct FloatSearchResult {
  /// The layers that were tried, from the one that gains most, and what each is to be compared with: the same integers
  /// without a layer of floats. Empty where the integers are good enough. Then there is no module either.
  std::vector<LayerGain> gains;
  Score withoutFloats;
  MixedNetwork network;
};

/// Makes integers of all layers but `kept`; reports an error and fails where that cannot be.
using MakeIntegers =
    std::function<mlir::FailureOr<mlir::OwningOpRef<mlir::ModuleOp>>(llvm::ArrayRef<std::string> kept)>;

/// What a search goes by.
struct FloatSearch {
  /// The network of floats, of fuse form, and that of integers, as good as they can be made.
  mlir::ModuleOp floats, integers;
  const AccuracyMeter &meter;
  /// How many pictures fewer than the floats are right of.
  double mostLost;
  /// Makes integers like these, and others, quickly, where each layer's weights are the same whichever others stay
  /// floats.
  MakeIntegers make, makeAlone;
  /// Layers that stay floats in any case.
  const std::vector<std::string> &alwaysKept;
  const Options &options;
  Diagnostics &diagnostics;

  /// Measures what each layer gains, keeps those of the largest gains, as few as make the network right often enough,
  /// and then lets go of each that it is so without. Reports an error and fails where all layers of floats are not
  /// enough.
  mlir::FailureOr<FloatSearchResult> run() const;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_FLOATSEARCH_H
