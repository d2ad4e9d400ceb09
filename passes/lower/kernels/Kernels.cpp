// SPDX-License-Identifier: Apache-2.0
// Which kernel class a layer belongs to.
#include "passes/lower/kernels/Kernels.h"

#include "dialects/mn/Quantization.h"
#include "passes/lower/ByteTable.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// Layers of integers that do more than move them.
static bool buildIntegerKernel(KernelBuilder &b, Operation *op, Buffers buffers) {
  if (looksUp(op))
    return buildLookup(b, buffers), true;
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case<mn::DepthwiseConv2DOp>([&](auto conv) { return buildIntegerDepthwise(b, conv, buffers), true; })
      .Case<mn::WeightedOpInterface>([&](auto layer) { return buildIntegerConvolution(b, layer, buffers), true; })
      .Case<mn::AveragePoolOp, mn::MaxPoolOp>([&](auto pool) { return buildIntegerPool(b, pool, buffers), true; })
      .Case<mn::GlobalAveragePoolOp>([&](auto pool) { return buildIntegerMean(b, pool, buffers), true; })
      .Case<mn::SoftmaxOp>([&](auto softmax) { return buildIntegerSoftmax(b, softmax, buffers), true; })
      .Case<mn::AddOp, mn::MulOp, mn::QuantizeOp>(
          [&](auto layer) { return buildIntegerElementwise(b, layer, buffers), true; })
      .Case<mn::ResizeOp>([&](auto resize) { return buildIntegerResize(b, resize, buffers), true; })
      .Default([](Operation *) { return false; });
}

void lower::buildKernel(KernelBuilder &b, Operation *op, Buffers buffers) {
  if (isa<mn::DequantizeOp>(op))
    return buildIntegerElementwise(b, op, buffers);
  if (mn::isQuantized(op) && buildIntegerKernel(b, op, buffers))
    return;
  llvm::TypeSwitch<Operation *>(op)
      .Case<mn::DepthwiseConv2DOp>([&](auto conv) { buildDepthwise(b, conv, buffers); })
      .Case<mn::WeightedOpInterface>([&](auto layer) { buildConvolution(b, layer, buffers); })
      .Case<mn::AveragePoolOp, mn::MaxPoolOp>([&](auto pool) { buildPool(b, pool, buffers); })
      .Case<mn::GlobalAveragePoolOp>([&](auto) { buildGlobalAveragePool(b, buffers); })
      .Case<mn::SoftmaxOp>([&](auto) { buildSoftmax(b, buffers); })
      .Case<mn::NormalizeOp>([&](auto) { buildNormalize(b, buffers); })
      .Case<mn::CopyOp, mn::ReshapeOp, mn::FlattenOp>([&](auto) { buildCopy(b, buffers); })
      .Case<mn::PadOp>([&](auto pad) { buildPad(b, pad, buffers); })
      .Case<mn::ConcatOp>([&](auto concat) { buildConcat(b, concat, buffers); })
      .Case<mn::ResizeOp>([&](auto resize) { buildResize(b, resize, buffers); })
      .Default([&](Operation *layer) { buildElementwise(b, layer, buffers); });
}
