// SPDX-License-Identifier: Apache-2.0
// Functions of one quantised tensor: whatever the engine computes, there are only 256 results.
#ifndef MNCC_PASSES_LOWER_BYTETABLE_H
#define MNCC_PASSES_LOWER_BYTETABLE_H

#include "dialects/mn/Mn.h"

#include <array>
#include <vector>

namespace mncc::lower {

/// True where the kernel of `op` looks its results up: relu, relu6, sigmoid and hard_swish of integers, and quantize
/// from integers of another scale.
bool looksUp(mlir::Operation *op);

/// True where the kernel of `op`, a layer from or to integers, walks memory from end to end, whatever the channels are:
/// looksUp(), changes of type, and sums and products of equal shapes.
bool walksMemory(mlir::Operation *op);

/// The results of `op`, one of looksUp(), by the byte of its input as it lies in memory, with the op's numerics: of
/// `tflm` as TensorFlow Lite Micro computes them (tensorflow/lite/kernels/internal/reference: requantize.h,
/// integer_ops/logistic.h, hard_swish.h), of `litert` as LiteRT's reference kernels, of `xnnpack` as XNNPACK's tables
/// (src/microparams-init.c, operators/unary-elementwise-nc.c), but relu, relu6 and hard_swish, which LiteRT keeps; of
/// `fast` the nearest to the exact ones, halves to even.
std::array<char, 256> makeByteTable(mlir::Operation *op);

/// True where the integers of `input`, an operand of `op`, are of another scale than those of its result.
bool isRescaled(mn::ConcatOp op, mlir::Value input);

/// For each operand of `op` that isRescaled(), the results by the byte of the operand, one table after the other
/// (tensorflow/lite/kernels/internal/reference/concatenation.h, ConcatenationWithScaling). Empty for floats.
std::vector<char> makeConcatTables(mn::ConcatOp op);
/// The length of makeConcatTables().
int64_t countConcatTableBytes(mn::ConcatOp op);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_BYTETABLE_H
