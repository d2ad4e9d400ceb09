// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/ResizeWalk.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

void lower::forEachResult(KernelBuilder &b, const Buffer &output, llvm::function_ref<ResizeSample(Value)> read,
                          llvm::function_ref<void(Value, const ResizeSample &, const ResizeSample &, Value)> body) {
  const mn::ImageShape &image = output.shape.image;
  b.loop((image.channels + b.getLanes() - 1) / b.getLanes(), [&](Value channelVector) {
    b.loop(image.height, [&](Value y) {
      ResizeSample row = read(y);
      b.loop(image.width, [&](Value x) {
        ResizeSample column = read(b.add(x, image.height));
        Value place = b.add(b.mul(y, image.width), x);
        body(channelVector, row, column, b.vectorAddress(output.shape, channelVector, place));
      });
    });
  });
}
