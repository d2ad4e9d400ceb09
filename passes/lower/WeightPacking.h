// SPDX-License-Identifier: Apache-2.0
// The order in which kernels read their constants: the packer writes it, the kernels index it.
#ifndef MNCC_PASSES_LOWER_WEIGHTPACKING_H
#define MNCC_PASSES_LOWER_WEIGHTPACKING_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// Sizes of a packed layer, in floats. The bias stands first: `biasRow` floats for each border class, padded with zeros
/// to whole vectors, all of it rounded up to 64 bytes; then the panels or channel vectors of the filter.
struct PackedShape {
  /// Output channels rounded up to whole vectors.
  int64_t biasRow;
  /// Border classes along height and width; 1 and 1 for a plain bias.
  int64_t rowClasses, columnClasses;
  /// Floats before the filter.
  int64_t biasElements;
  /// Floats in all.
  int64_t elements;
};

/// The packed shape of a layer with a filter, for vectors of `lanes`.
PackedShape getPackedShape(mn::WeightedOpInterface op, int64_t lanes);

/// Where the kernel of a layer with a filter finds its constants.
struct PackedBuffers {
  /// Their buffers: one and the same where the filter is of f32 too.
  Buffer bias, filter;
  /// Where the filter starts in its buffer.
  int64_t filterStart;
};

/// The constants among the `buffers` of a kernel (Kernels.h), packed as `shape` says.
PackedBuffers getPackedBuffers(mn::WeightedOpInterface op, const PackedShape &shape, llvm::ArrayRef<Buffer> buffers);

/// True where the filter of `op` is stored in 16 bits, in a buffer of its own.
bool hasNarrowFilter(mn::WeightedOpInterface op);

/// True where the sums of `op` with vectors of `lanes` are made of pairs of bf16: for the rows with such an
/// instruction, where all runs of channels are even. The panels are then [pair of input channels][panel][2].
bool hasPairs(mn::WeightedOpInterface op, int64_t lanes);
/// Whether the kernel of `op`, in vectors of `lanes`, multiplies matrices of bf16: two pixels and four input channels
/// by four input and two output channels. Panels then hold four values of each output channel side by side.
bool hasMatrices(mn::WeightedOpInterface op, int64_t lanes);

/// Packs a convolution or fully connected layer: bias, then for each panel of `channels` output channels (the last may
/// be narrower, in whole vectors) its [ky][kx][input channel][panel] weights. Fails where the constants are not loaded.
mlir::FailureOr<std::vector<float>> packConvolution(mn::WeightedOpInterface op, mn::ScheduleAttr schedule);

/// Packs a depthwise convolution: bias, then [output channel vector][ky][kx][lane].
mlir::FailureOr<std::vector<float>> packDepthwise(mn::DepthwiseConv2DOp op, mn::ScheduleAttr schedule);

/// The constants of an image's normalisation: a scale for each channel, then an offset for each channel.
std::vector<float> packNormalize(mn::NormalizeOp op);

/// Floats that the kernel of `op` reads beside its tensors; 0 for layers without constants.
int64_t countPackedElements(mlir::Operation *op);
/// The bytes that they are stored in: a filter may be of 16 bits.
int64_t countPackedBytes(mlir::Operation *op);

/// The bytes that the kernel of `op` reads beside its tensors, or an empty vector for layers without constants: a
/// filter of 16 bits in its own type, other floats as f32; of quantised layers what packIntegers() makes, or a table.
/// Fails after an error where the constants are not loaded.
mlir::FailureOr<std::vector<char>> packLayer(mlir::Operation *op);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_WEIGHTPACKING_H
