// SPDX-License-Identifier: Apache-2.0
// Layers on integers, bit for bit as the engine that an op's `numerics` names computes them; `fast` gives the exact
// value, rounded once, halves to even. Integers are held by the doubles of a tensor. Every formula names the file that
// it is taken from; files under reference/ are TFLite's (tensorflow/lite/kernels/internal/reference).
#ifndef MNCC_DIALECTS_MN_REFERENCE_QUANTIZEDLAYERS_H
#define MNCC_DIALECTS_MN_REFERENCE_QUANTIZEDLAYERS_H

#include "dialects/mn/reference/Layers.h"

namespace mncc::reference {

/// The result of `op`, whose result is of integers, or which is mn.dequantize. `find` gives the tensor of a value, or
/// null for null. Fails with an error where integers have no such layer.
mlir::FailureOr<Tensor> computeQuantizedLayer(mlir::Operation *op, Operands operands,
                                              llvm::function_ref<const Tensor *(mlir::Value)> find);

/// The value of each element of `input` under `function`.
Tensor mapIntegers(const Tensor &input, llvm::function_ref<double(int64_t)> function);

/// Two products of 20 more bits, their sum, one product (reference/add.h, kernels/add.cc); XNNPACK: products of 21 bits
/// and one shift (src/qs8-vadd/scalar.c.in, xnn_init_qs8_add_minmax_scalar_params of src/microparams-init.c).
Tensor addQuantized(mn::AddOp op, Operands operands);
/// reference/mul.h; XNNPACK: src/qs8-vmul/scalar.c.in. TFLite Micro takes the scales' product in double
/// (mul_common.cc), LiteRT (kernels/mul.cc) and XNNPACK in float.
Tensor mulQuantized(mn::MulOp op, Operands operands);

/// The sum over the count, halves away from zero (reference/integer_ops/pooling.h; reference/pooling.h for bytes).
/// LiteRT leaves it to these kernels under XNNPACK too.
Tensor averagePoolQuantized(mn::AveragePoolOp op, const Tensor &input);
/// One product of the sum with a factor that holds the count (QuantizedMeanOrSum of reference/reduce.h); XNNPACK: a
/// product of floats (xnn_init_qs8_reduce_minmax_scalar_params).
Tensor globalAveragePoolQuantized(mn::GlobalAveragePoolOp op, const Tensor &input);

/// reference/softmax.h in fixed point. Under XNNPACK, which has no such layer, LiteRT runs its optimised kernel: a
/// table of floats (optimized/optimized_ops.h, PopulateSoftmaxLookupTable and Softmax).
Tensor softmaxQuantized(mn::SoftmaxOp op, const Tensor &input);
/// TFLite Micro: fixed point (reference/integer_ops/logistic.h). LiteRT: a table of floats (kernels/internal/common.h,
/// LUTPopulate); XNNPACK: the same with halves to even (src/reference/unary-elementwise.cc).
Tensor sigmoidQuantized(mn::SigmoidOp op, const Tensor &input);
/// Products of 16 bits (reference/hard_swish.h), also under XNNPACK, to which LiteRT does not give it.
Tensor hardSwishQuantized(mn::HardSwishOp op, const Tensor &input);

/// The clamped integers of mn.relu and mn.relu6 at the result's scale (ReluX of kernels/activations.cc), also under
/// XNNPACK, to which LiteRT does not give them.
Tensor clampQuantized(mlir::Operation *op, const Tensor &input, mn::Activation activation);
/// Integers at the result's scale (reference/requantize.h); XNNPACK: a product with a multiple of 1/256
/// (src/qs8-vcvt/scalar.c.in).
Tensor rescale(mn::QuantizeOp op, const Tensor &input);
/// Floats: the quotient, halves away from zero (AffineQuantize of reference/quantize.h); XNNPACK: the product with 1 /
/// scale, halves to even (src/f32-qs8-vcvt/scalar-lrintf.c.in). Integers: rescale().
Tensor quantize(mn::QuantizeOp op, const Tensor &input);
/// reference/dequantize.h: a product rounded to float.
Tensor dequantize(mn::DequantizeOp op, const Tensor &input);

/// Inputs of the result's quantization as they are, others through a product of floats (ConcatenationWithScaling of
/// reference/concatenation.h).
Tensor concatQuantized(mn::ConcatOp op, Operands operands);
/// Bilinear: shares in 1/1024, halves away from zero; bytes: shares in floats, halves up (reference/resize_bilinear.h);
/// XNNPACK: shares in 1/2048, halves up (src/s8-ibilinear/scalar.c.in and
/// xnn_indirection_init_resize_bilinear2d_hwc_q11 of src/indirection.c).
Tensor resizeQuantized(mn::ResizeOp op, const Tensor &input);

} // namespace mncc::reference

#endif // MNCC_DIALECTS_MN_REFERENCE_QUANTIZEDLAYERS_H
