// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/reference/Layers.h"

#include <algorithm>
#include <limits>

using namespace mlir;

namespace mncc::reference {

/// Calls `visit(result, value)` for each place of each window inside the image, then `finish(result, count)`.
template <typename PoolOp, typename Visit, typename Finish>
static Tensor pool(PoolOp op, const Tensor &input, double start, Visit visit, Finish finish) {
  Tensor result = makeTensor(op.getType());
  int64_t height = input.shape[1], width = input.shape[2], channels = input.shape[3];
  for (int64_t y = 0; y < result.shape[1]; ++y)
    for (int64_t x = 0; x < result.shape[2]; ++x)
      for (int64_t c = 0; c < channels; ++c) {
        double value = start;
        int64_t count = 0;
        for (int64_t ky = 0; ky < op.getPoolSize()[0]; ++ky)
          for (int64_t kx = 0; kx < op.getPoolSize()[1]; ++kx) {
            int64_t row = y * op.getStrides()[0] + ky - op.getPadding()[0];
            int64_t column = x * op.getStrides()[1] + kx - op.getPadding()[2];
            if (row < 0 || row >= height || column < 0 || column >= width)
              continue;
            visit(value, input.values[(row * width + column) * channels + c]);
            ++count;
          }
        result.values[(y * result.shape[2] + x) * channels + c] = finish(value, count);
      }
  return result;
}

Tensor poolSums(mn::AveragePoolOp op, const Tensor &input, llvm::function_ref<double(double, int64_t)> divide) {
  return pool(op, input, 0, [](double &sum, double value) { sum += value; }, divide);
}

Tensor averagePool(mn::AveragePoolOp op, const Tensor &input) {
  return poolSums(op, input, [](double sum, int64_t count) { return sum / count; });
}

Tensor maxPool(mn::MaxPoolOp op, const Tensor &input) {
  return pool(
      op, input, -std::numeric_limits<double>::infinity(),
      [](double &largest, double value) { largest = std::max(largest, value); },
      [](double largest, int64_t) { return largest; });
}

Tensor sumPixels(mn::GlobalAveragePoolOp op, const Tensor &input) {
  Tensor result = makeTensor(op.getType());
  for (size_t i = 0; i < input.values.size(); ++i)
    result.values[i % result.values.size()] += input.values[i];
  return result;
}

Tensor globalAveragePool(mn::GlobalAveragePoolOp op, const Tensor &input) {
  Tensor result = sumPixels(op, input);
  size_t pixels = input.values.size() / result.values.size();
  for (double &value : result.values)
    value /= pixels;
  return result;
}

} // namespace mncc::reference
