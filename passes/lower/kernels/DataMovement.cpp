// SPDX-License-Identifier: Apache-2.0
// Values that only change their place: copies between layouts, padding, concatenation; and the image's normalisation.
#include "dialects/mn/Quantization.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// The value as it lies in memory, bytes as bytes.
static Value loadRaw(KernelBuilder &b, const Buffer &buffer, Value address) {
  return memref::LoadOp::create(b, buffer.memref, ValueRange(address));
}

void lower::buildCopy(KernelBuilder &b, Buffers buffers) {
  const Buffer &input = buffers.front(), &output = buffers.back();
  int64_t inputChannels = input.shape.image.channels, outputChannels = output.shape.image.channels;
  b.loop(output.shape.image.pixels(), [&](Value pixel) {
    b.loop(outputChannels, [&](Value channel) {
      Value fromPixel = pixel, fromChannel = channel;
      if (inputChannels != outputChannels) {
        Value place = b.add(b.mul(pixel, outputChannels), channel);
        fromPixel = b.div(place, inputChannels), fromChannel = b.rem(place, inputChannels);
      }
      Value value = loadRaw(b, input, b.elementAddress(input.shape, fromChannel, fromPixel));
      b.store(value, output, b.elementAddress(output.shape, channel, pixel));
    });
  });
}

void lower::buildNormalize(KernelBuilder &b, Buffers buffers) {
  const Buffer &input = buffers[0], &constants = buffers[1], &output = buffers[2];
  int64_t channels = input.shape.image.channels;
  b.loop(input.shape.image.pixels(), [&](Value pixel) {
    b.loop(channels, [&](Value channel) {
      Value value = b.loadScalar(input, b.elementAddress(input.shape, channel, pixel));
      Value scale = b.loadScalar(constants, channel), offset = b.loadScalar(constants, b.add(channel, channels));
      b.store(b.fma(value, scale, offset), output, b.elementAddress(output.shape, channel, pixel));
    });
  });
}

/// Copies all of `input` to `output`, moved by the given pixels and channels; each value becomes what `convert` makes
/// of it.
static void copyInto(KernelBuilder &b, const Buffer &input, const Buffer &output, int64_t top, int64_t left,
                     int64_t firstChannel, llvm::function_ref<Value(Value)> convert) {
  const mn::ImageShape &image = input.shape.image;
  b.loop(image.height, [&](Value y) {
    b.loop(image.width, [&](Value x) {
      Value from = b.add(b.mul(y, image.width), x);
      Value to = b.add(b.mul(b.add(y, top), output.shape.image.width), b.add(x, left));
      b.loop(image.channels, [&](Value channel) {
        Value value = loadRaw(b, input, b.elementAddress(input.shape, channel, from));
        b.store(convert(value), output, b.elementAddress(output.shape, b.add(channel, firstChannel), to));
      });
    });
  });
}

void lower::buildPad(KernelBuilder &b, mn::PadOp op, Buffers buffers) {
  const Buffer &output = buffers.back();
  mn::QuantizationAttr quantization = mn::getQuantization(op.getOutput());
  TypedAttr zero = quantization
                       ? TypedAttr(b.getIntegerAttr(b.getI8Type(), static_cast<int8_t>(quantization.getZeroPoint())))
                       : TypedAttr(b.getF32FloatAttr(0));
  b.loop(output.shape.elements(), [&](Value place) { b.store(arith::ConstantOp::create(b, zero), output, place); });
  copyInto(b, buffers.front(), output, op.getPadding()[0], op.getPadding()[2], 0, [](Value value) { return value; });
}

void lower::buildConcat(KernelBuilder &b, mn::ConcatOp op, Buffers buffers) {
  int64_t fromLast = cast<ShapedType>(op.getType()).getRank() - 1 - op.getAxis();
  int64_t top = 0, left = 0, channel = 0, table = 0;
  size_t inputs = op.getInputs().size();
  for (const auto &[input, operand] : llvm::zip(buffers.take_front(inputs), op.getInputs())) {
    bool looksUp = mn::isQuantized(op) && isRescaled(op, operand);
    copyInto(b, input, buffers.back(), top, left, channel, [&](Value value) -> Value {
      if (!looksUp)
        return value;
      Value index = b.add(arith::IndexCastUIOp::create(b, b.getIndexType(), value), table);
      return memref::LoadOp::create(b, buffers[inputs].memref, ValueRange(index));
    });
    table += looksUp ? 256 : 0;
    const mn::ImageShape &image = input.shape.image;
    if (fromLast == 0)
      channel += image.channels;
    else if (fromLast == 1)
      left += image.width;
    else
      top += image.height;
  }
}
