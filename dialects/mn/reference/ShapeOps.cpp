// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/Layers.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mncc::reference {

Tensor makeTensor(Type type) {
  auto shaped = cast<ShapedType>(type);
  return {shaped.getShape().vec(), std::vector<double>(shaped.getNumElements(), 0.0)};
}

int64_t sizeFromLast(const Tensor &tensor, size_t fromLast) {
  return tensor.shape.size() > fromLast ? tensor.shape[tensor.shape.size() - 1 - fromLast] : 1;
}

Tensor pad(mn::PadOp op, const Tensor &input, double value) {
  Tensor result = makeTensor(op.getType());
  llvm::fill(result.values, value);
  int64_t top = op.getPadding()[0], left = op.getPadding()[2], channels = input.shape[3];
  for (int64_t y = 0; y < input.shape[1]; ++y)
    for (int64_t x = 0; x < input.shape[2]; ++x)
      for (int64_t c = 0; c < channels; ++c)
        result.values[((y + top) * result.shape[2] + x + left) * channels + c] =
            input.values[(y * input.shape[2] + x) * channels + c];
  return result;
}

Tensor concat(mn::ConcatOp op, Operands operands) {
  Tensor result = makeTensor(op.getType());
  int64_t axis = op.getAxis(), inner = 1, start = 0;
  for (size_t i = axis + 1; i < result.shape.size(); ++i)
    inner *= result.shape[i];
  int64_t resultRun = result.shape[axis] * inner;
  for (const Tensor *input : operands) {
    int64_t run = input->shape[axis] * inner;
    for (size_t outer = 0; outer < input->values.size() / run; ++outer)
      std::copy_n(input->values.begin() + outer * run, run, result.values.begin() + outer * resultRun + start);
    start += run;
  }
  return result;
}

namespace {

/// Where one output row or column is sampled (TFLite, reference/resize_nearest_neighbor.h and resize_bilinear.h).
struct Sample {
  int64_t first, second;
  double share;
};

} // namespace

/// TFLite computes places in float, so the choice of neighbours is made in float here too.
static Sample sampleAt(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  float scale =
      op.getAlignCorners() && output > 1 ? float(input - 1) / float(output - 1) : float(input) / float(output);
  float offset = op.getHalfPixelCenters() ? 0.5f : 0.0f;
  if (op.getMethod() == mn::ResizeMethod::Nearest) {
    float place = (float(position) + offset) * scale;
    int64_t nearest = int64_t(op.getAlignCorners() ? std::round(place) : std::floor(place));
    nearest = std::clamp<int64_t>(nearest, 0, input - 1);
    return {nearest, nearest, 0};
  }
  float place = (float(position) + offset) * scale - offset;
  int64_t lower = int64_t(std::floor(place));
  return {std::clamp<int64_t>(lower, 0, input - 1), std::clamp<int64_t>(lower + 1, 0, input - 1),
          double(place) - double(lower)};
}

Tensor resize(mn::ResizeOp op, const Tensor &input) {
  Tensor result = makeTensor(op.getType());
  int64_t width = input.shape[2], channels = input.shape[3];
  for (int64_t y = 0; y < result.shape[1]; ++y)
    for (int64_t x = 0; x < result.shape[2]; ++x) {
      Sample row = sampleAt(op, y, input.shape[1], result.shape[1]), column = sampleAt(op, x, width, result.shape[2]);
      for (int64_t c = 0; c < channels; ++c) {
        auto at = [&](int64_t v, int64_t u) { return input.values[(v * width + u) * channels + c]; };
        double top = at(row.first, column.first) * (1 - column.share) + at(row.first, column.second) * column.share;
        double bottom =
            at(row.second, column.first) * (1 - column.share) + at(row.second, column.second) * column.share;
        result.values[(y * result.shape[2] + x) * channels + c] = top * (1 - row.share) + bottom * row.share;
      }
    }
  return result;
}

} // namespace mncc::reference
