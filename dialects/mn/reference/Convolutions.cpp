// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/Layers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace mncc::reference {

namespace {

/// Where an output's taps lie along one dimension.
struct Dimension {
  int64_t input, output, kernel, stride, dilation, before;

  int64_t place(int64_t position, int64_t tap) const { return position * stride + tap * dilation - before; }
  bool isInside(int64_t place) const { return place >= 0 && place < input; }
  bool isWhole(int64_t position) const {
    for (int64_t tap = 0; tap < kernel; ++tap)
      if (!isInside(place(position, tap)))
        return false;
    return true;
  }
  /// The class of a border output: leading ones first, then the interior, then the trailing ones.
  int64_t borderClass(int64_t position) const {
    int64_t leading = 0;
    while (leading < output && !isWhole(leading))
      ++leading;
    if (position <= leading)
      return position;
    int64_t result = leading;
    for (int64_t p = leading + 1; p <= position; ++p)
      result += !isWhole(p);
    return result;
  }
};

} // namespace

/// The bias of one output pixel: plain, or that of its border class.
static const double *biasAt(const Tensor *bias, const Dimension &rows, const Dimension &columns, int64_t y, int64_t x) {
  if (bias->shape.size() == 1)
    return bias->values.data();
  int64_t place = rows.borderClass(y) * bias->shape[1] + columns.borderClass(x);
  return bias->values.data() + place * bias->shape[2];
}

template <typename ConvOp> static Dimension dimensionOf(ConvOp op, const Tensor &input, const Tensor &filter, int i) {
  int64_t output = cast<ShapedType>(op.getType()).getDimSize(i + 1);
  return {input.shape[i + 1],    output, filter.shape[i], op.getStrides()[i], op.getDilations()[i],
          op.getPadding()[2 * i]};
}

static Tensor conv2d(mn::Conv2DOp op, const Tensor &input, const Tensor &filter, const Tensor *bias) {
  Tensor result = makeTensor(op.getType());
  Dimension rows = dimensionOf(op, input, filter, 0), columns = dimensionOf(op, input, filter, 1);
  int64_t inputs = filter.shape[2], outputs = filter.shape[3];
  for (int64_t y = 0; y < rows.output; ++y)
    for (int64_t x = 0; x < columns.output; ++x) {
      double *sums = result.values.data() + (y * columns.output + x) * outputs;
      if (bias)
        std::copy_n(biasAt(bias, rows, columns, y, x), outputs, sums);
      for (int64_t ky = 0; ky < rows.kernel; ++ky)
        for (int64_t kx = 0; kx < columns.kernel; ++kx) {
          int64_t row = rows.place(y, ky), column = columns.place(x, kx);
          if (!rows.isInside(row) || !columns.isInside(column))
            continue;
          for (int64_t c = 0; c < inputs; ++c) {
            double value = input.values[(row * columns.input + column) * inputs + c];
            const double *weights = filter.values.data() + ((ky * columns.kernel + kx) * inputs + c) * outputs;
            for (int64_t n = 0; n < outputs; ++n)
              sums[n] += value * weights[n];
          }
        }
    }
  return result;
}

static Tensor depthwiseConv2d(mn::DepthwiseConv2DOp op, const Tensor &input, const Tensor &filter, const Tensor *bias) {
  Tensor result = makeTensor(op.getType());
  Dimension rows = dimensionOf(op, input, filter, 0), columns = dimensionOf(op, input, filter, 1);
  int64_t inputs = filter.shape[2], multiplier = filter.shape[3], outputs = inputs * multiplier;
  for (int64_t y = 0; y < rows.output; ++y)
    for (int64_t x = 0; x < columns.output; ++x)
      for (int64_t n = 0; n < outputs; ++n) {
        double sum = bias ? biasAt(bias, rows, columns, y, x)[n] : 0;
        for (int64_t ky = 0; ky < rows.kernel; ++ky)
          for (int64_t kx = 0; kx < columns.kernel; ++kx) {
            int64_t row = rows.place(y, ky), column = columns.place(x, kx);
            if (rows.isInside(row) && columns.isInside(column))
              sum += input.values[(row * columns.input + column) * inputs + n / multiplier] *
                     filter.values[(ky * columns.kernel + kx) * outputs + n];
          }
        result.values[(y * columns.output + x) * outputs + n] = sum;
      }
  return result;
}

static Tensor pointwiseConv2d(mn::PointwiseConv2DOp op, const Tensor &input, const Tensor &filter, const Tensor *bias) {
  Tensor result = makeTensor(op.getType());
  int64_t height = result.shape[1], width = result.shape[2], inputs = filter.shape[2], outputs = filter.shape[3];
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      double *sums = result.values.data() + (y * width + x) * outputs;
      if (bias)
        std::copy_n(bias->values.data(), outputs, sums);
      const double *pixel =
          input.values.data() + (y * op.getStrides()[0] * input.shape[2] + x * op.getStrides()[1]) * inputs;
      for (int64_t c = 0; c < inputs; ++c)
        for (int64_t n = 0; n < outputs; ++n)
          sums[n] += pixel[c] * filter.values[c * outputs + n];
    }
  return result;
}

static Tensor fullyConnected(mn::FullyConnectedOp op, const Tensor &input, const Tensor &filter, const Tensor *bias) {
  Tensor result = makeTensor(op.getType());
  int64_t inputs = filter.shape[0], outputs = filter.shape[1];
  if (bias)
    result.values = bias->values;
  for (int64_t c = 0; c < inputs; ++c)
    for (int64_t n = 0; n < outputs; ++n)
      result.values[n] += input.values[c] * filter.values[c * outputs + n];
  return result;
}

Tensor sumTaps(mn::WeightedOpInterface op, const Tensor &input, const Tensor &filter, const Tensor *bias) {
  return llvm::TypeSwitch<Operation *, Tensor>(op)
      .Case<mn::Conv2DOp>([&](auto conv) { return conv2d(conv, input, filter, bias); })
      .Case<mn::DepthwiseConv2DOp>([&](auto conv) { return depthwiseConv2d(conv, input, filter, bias); })
      .Case<mn::PointwiseConv2DOp>([&](auto conv) { return pointwiseConv2d(conv, input, filter, bias); })
      .Case<mn::FullyConnectedOp>([&](auto layer) { return fullyConnected(layer, input, filter, bias); });
}

} // namespace mncc::reference
