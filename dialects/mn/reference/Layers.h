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

/// The sums of `op` without skip and activation: (bias, or one of its border classes) + the taps inside the image. Sums
/// of integers are exact: they stay below 2^53.
Tensor sumTaps(mn::WeightedOpInterface op, const Tensor &input, const Tensor &filter, const Tensor *bias);

Tensor batchNorm(mn::BatchNormOp op, Operands operands);
/// In place.
void activate(mn::Activation activation, Tensor &tensor);
/// One value for each element of `type`, made from the operands' values under it: a vector of channels repeats for
/// every pixel.
Tensor combine(mlir::Type type, Operands operands, llvm::function_ref<double(double, double)> function);
Tensor add(mn::AddOp op, Operands operands);
Tensor mul(mn::MulOp op, Operands operands);
Tensor normalize(mn::NormalizeOp op, Operands operands);

/// `divide(sum, count)` for each window, where `count` is how many of its places are inside the image.
Tensor poolSums(mn::AveragePoolOp op, const Tensor &input, llvm::function_ref<double(double, int64_t)> divide);
Tensor averagePool(mn::AveragePoolOp op, const Tensor &input);
Tensor maxPool(mn::MaxPoolOp op, const Tensor &input);
/// The sum over all pixels, channel by channel.
Tensor sumPixels(mn::GlobalAveragePoolOp op, const Tensor &input);
Tensor globalAveragePool(mn::GlobalAveragePoolOp op, const Tensor &input);

Tensor softmax(mn::SoftmaxOp op, const Tensor &input);
/// `value` stands around the image.
Tensor pad(mn::PadOp op, const Tensor &input, double value);
Tensor concat(mn::ConcatOp op, Operands operands);
/// TFLite's RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR.
Tensor resize(mn::ResizeOp op, const Tensor &input);

} // namespace mncc::reference

#endif // MNCC_DIALECTS_MN_REFERENCE_LAYERS_H
