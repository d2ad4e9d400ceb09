// SPDX-License-Identifier: Apache-2.0
// Which kernel class a layer belongs to.
#include "passes/lower/kernels/Kernels.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

void lower::buildKernel(KernelBuilder &b, Operation *op, Buffers buffers) {
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
