// SPDX-License-Identifier: Apache-2.0
// The kernel classes, one file each. A builder writes the body of one kernel for one layer; `buffers` are the layer's
// tensors in operand order, then its packed constants (WeightPacking.h) if it has any, a filter of 16 bits, and
// that of a quantised layer, in a buffer of its own, then its result.
#ifndef MNCC_PASSES_LOWER_KERNELS_KERNELS_H
#define MNCC_PASSES_LOWER_KERNELS_KERNELS_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

using Buffers = llvm::ArrayRef<Buffer>;

/// conv2d, pointwise_conv2d and fully_connected: register tiles of pixels x channels over one reduction.
void buildConvolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers);
/// depthwise_conv2d: tiles of output columns, one vector of channels at a time.
void buildDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers);
/// average_pool and max_pool.
void buildPool(KernelBuilder &b, mlir::Operation *op, Buffers buffers);
/// global_average_pool.
void buildGlobalAveragePool(KernelBuilder &b, Buffers buffers);
/// add, mul and the free activations.
void buildElementwise(KernelBuilder &b, mlir::Operation *op, Buffers buffers);
/// conv2d, pointwise_conv2d and fully_connected of integers.
void buildIntegerConvolution(KernelBuilder &b, mn::WeightedOpInterface op, Buffers buffers);
/// depthwise_conv2d of integers; buildQuadDepthwise() by quads of rows (takesQuads()).
void buildQuadDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers);
void buildIntegerDepthwise(KernelBuilder &b, mn::DepthwiseConv2DOp op, Buffers buffers);
/// average_pool and max_pool of integers.
void buildIntegerPool(KernelBuilder &b, mlir::Operation *op, Buffers buffers);
/// global_average_pool of integers.
void buildIntegerMean(KernelBuilder &b, mn::GlobalAveragePoolOp op, Buffers buffers);
/// Functions of one tensor of integers (looksUp()).
void buildLookup(KernelBuilder &b, Buffers buffers);
/// softmax of integers.
void buildIntegerSoftmax(KernelBuilder &b, mn::SoftmaxOp op, Buffers buffers);
/// add and mul of integers, dequantize, and quantize from floats or from the other type of bytes.
void buildIntegerElementwise(KernelBuilder &b, mlir::Operation *op, Buffers buffers);
/// The kernel of `op`, a quantised layer, by its AdditionLine; false, and nothing built, where it has none, tensors of
/// different shapes, elements that fill no whole registers, or the target is not x86.
bool buildIntegerAddition(KernelBuilder &b, mn::AddOp op, Buffers buffers);
/// softmax over the channels of each pixel.
void buildSoftmax(KernelBuilder &b, Buffers buffers);
/// normalize: bytes or floats of an image to the network's own input.
void buildNormalize(KernelBuilder &b, Buffers buffers);
/// copy, reshape and flatten: the same values in row-major order.
void buildCopy(KernelBuilder &b, Buffers buffers);
/// pad: zeros around the image.
void buildPad(KernelBuilder &b, mn::PadOp op, Buffers buffers);
/// concat along any dimension but the batch; the constants of integers of several scales are makeConcatTables().
void buildConcat(KernelBuilder &b, mn::ConcatOp op, Buffers buffers);
/// resize of integers.
void buildIntegerResize(KernelBuilder &b, mn::ResizeOp op, Buffers buffers);
/// resize, nearest and bilinear, by tables.
void buildResize(KernelBuilder &b, mn::ResizeOp op, Buffers buffers);

/// mn.fused: the turns of the chain; `runStrip` writes the call of the kernel of layer number `layer` for the strip
/// that begins at row `firstRow`.
void buildChain(KernelBuilder &b, mn::FusedOp op,
                llvm::function_ref<void(size_t layer, mlir::Value firstRow)> runStrip);

/// Writes the body of the kernel for `op`, a layer but `mn.fused`.
void buildKernel(KernelBuilder &b, mlir::Operation *op, Buffers buffers);

/// `activation` of a finished sum: scalar or vector; sigmoid is of f32.
mlir::Value buildActivation(KernelBuilder &b, mn::Activation activation, mlir::Value value);
/// e to the power of `value`, at most 2 ulp off in [-87, 88]; arguments outside are clamped to that range.
mlir::Value buildExp(KernelBuilder &b, mlir::Value value);
/// The same of a `value` that is known not to be above 88.
mlir::Value buildExpBelow88(KernelBuilder &b, mlir::Value value);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_KERNELS_H
