// SPDX-License-Identifier: Apache-2.0
// Channels that use all of the integers that their tensor has.
#ifndef MNCC_PASSES_FUSE_EQUALIZECHANNELS_H
#define MNCC_PASSES_FUSE_EQUALIZECHANNELS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <map>
#include <string>
#include <vector>

namespace mncc {

/// The largest magnitude of each channel of tensors, by their names.
using ChannelMagnitudes = std::map<std::string, std::vector<double>, std::less<>>;

/// Scales each channel between two layers with weights, of which the second alone reads the first, so that it comes
/// nearer to the largest of its tensor, or to 6 behind a relu6: the first layer's weights are multiplied, those of the
/// second divided. What the network computes stays the same while no channel is larger than `magnitudes` says; beyond
/// it, a relu6 may cut. `network` is of floats, of fuse form without skip tensors. Fails with an error where weights
/// are not loaded.
llvm::LogicalResult equalizeChannels(mlir::func::FuncOp network, const ChannelMagnitudes &magnitudes);

} // namespace mncc

#endif // MNCC_PASSES_FUSE_EQUALIZECHANNELS_H
