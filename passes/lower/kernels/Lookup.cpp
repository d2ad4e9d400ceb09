// SPDX-License-Identifier: Apache-2.0
// Functions of one tensor of bytes: one look into a table for each, padded lanes included.
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

void lower::buildLookup(KernelBuilder &b, Buffers buffers) {
  const Buffer &input = buffers[0], &table = buffers[1], &output = buffers[2];
  int64_t elements = output.shape.elements();
  auto visit = [&](Value place) {
    Value byte = memref::LoadOp::create(b, input.memref, ValueRange(place));
    Value index = arith::IndexCastUIOp::create(b, b.getIndexType(), byte);
    b.store(memref::LoadOp::create(b, table.memref, ValueRange(index)), output, place);
  };
  b.loopOverPart(mn::Split::Channels, 0, elements, elements, visit, b.getSchedule().getPixels());
}
