// SPDX-License-Identifier: Apache-2.0
// The filter and the bias of one layer, as integers.
#ifndef MNCC_PASSES_FUSE_QUANTIZEWEIGHTS_H
#define MNCC_PASSES_FUSE_QUANTIZEWEIGHTS_H

#include "dialects/mn/Mn.h"
#include "mlir/IR/Builders.h"

namespace mncc {

/// What the weights of a layer become integers for.
struct WeightQuantization {
  /// The scale of the layer's input.
  double inputScale = 1;
  /// A scale for each output channel, or one for all of them.
  bool perChannel = true;
  /// The mean of each channel of the input, for the correction of the bias; empty for none. Means of another number of
  /// channels correct nothing.
  llvm::ArrayRef<double> inputMeans = {};
};

/// Replaces the filter of `layer`, of floats, by integers from -127 to 127 with their scales, and its bias by integers
/// of the input's scale times the filter's. A scale is the largest weight over 127, and larger where the bias would not
/// fit in 31 bits. With means, what the rounding of the filter adds to the mean result is taken off the bias; a layer
/// without a bias gets one. Fails with an error where the weights are not loaded.
llvm::LogicalResult quantizeWeights(mlir::OpBuilder &builder, mn::WeightedOpInterface layer,
                                    const WeightQuantization &quantization);

/// Gives `layer` a filter of `integers`, row-major.
void setFilter(mn::WeightedOpInterface layer, llvm::ArrayRef<int8_t> integers);
/// Gives `layer` a bias of `integers`, one an output channel, rounded and kept within 31 bits.
void setBias(mn::WeightedOpInterface layer, llvm::ArrayRef<double> integers);

/// The output channel that weight number `index` of the filter of `layer`, row-major, belongs to.
int64_t findOutputChannel(mn::WeightedOpInterface layer, int64_t index);
/// The input channel that weight number `index` of the filter of `layer`, row-major, is multiplied with.
int64_t findInputChannel(mn::WeightedOpInterface layer, int64_t index);

} // namespace mncc

#endif // MNCC_PASSES_FUSE_QUANTIZEWEIGHTS_H
