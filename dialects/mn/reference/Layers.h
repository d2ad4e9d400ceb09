// SPDX-License-Identifier: Apache-2.0
// One function an op. Operands come as tensors in the op's order, weights included; every function returns the result.
#ifndef MNCC_DIALECTS_MN_REFERENCE_LAYERS_H
#define MNCC_DIALECTS_MN_REFERENCE_LAYERS_H

#include "dialects/mn/reference/Evaluate.h"

namespace mncc::reference {

using Operands = llvm::ArrayRef<const Tensor *>;

/// A zero tensor of `type`'s shape.
Tensor makeTensor(mlir::Type type);
/// The dimension `fromLast` places before the last one; 1 where the rank is smaller.
int64_t sizeFromLast(const Tensor &tensor, size_t fromLast);

/// (bias, or one of its border classes) + sum over the taps inside the image; then skip and activation.
Tensor conv2d(mn::Conv2DOp op, const Tensor &input, const Tensor &filter, const Tensor *bias, const Tensor *skip);
Tensor depthwiseConv2d(mn::DepthwiseConv2DOp op, const Tensor &input, const Tensor &filter, const Tensor *bias,
                       const Tensor *skip);
Tensor pointwiseConv2d(mn::PointwiseConv2DOp op, const Tensor &input, const Tensor &filter, const Tensor *bias,
                       const Tensor *skip);
Tensor fullyConnected(mn::FullyConnectedOp op, const Tensor &input, const Tensor &filter, const Tensor *bias,
                      const Tensor *skip);

Tensor batchNorm(mn::BatchNormOp op, Operands operands);
/// In place.
void activate(mn::Activation activation, Tensor &tensor);
Tensor add(mn::AddOp op, Operands operands);
Tensor mul(mn::MulOp op, Operands operands);
Tensor normalize(mn::NormalizeOp op, Operands operands);

Tensor averagePool(mn::AveragePoolOp op, const Tensor &input);
Tensor maxPool(mn::MaxPoolOp op, const Tensor &input);
Tensor globalAveragePool(mn::GlobalAveragePoolOp op, const Tensor &input);

Tensor softmax(mn::SoftmaxOp op, const Tensor &input);
Tensor pad(mn::PadOp op, const Tensor &input);
Tensor concat(mn::ConcatOp op, Operands operands);
/// TFLite's RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR.
Tensor resize(mn::ResizeOp op, const Tensor &input);

} // namespace mncc::reference

#endif // MNCC_DIALECTS_MN_REFERENCE_LAYERS_H
