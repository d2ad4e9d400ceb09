// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/GptqRounding.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace mncc;

static constexpr double kLargestWeight = 127;
/// The least share of the mean square of all taps that is added to the square of each: measured means are never exact.
static constexpr double kLeastDamping = 0.01;

/// Taps from the largest mean square to the smallest.
static std::vector<int64_t> orderTaps(llvm::ArrayRef<double> products, int64_t taps) {
  std::vector<int64_t> order(taps);
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](int64_t a, int64_t b) { return products[a * taps + a] > products[b * taps + b]; });
  return order;
}

/// `products` in the order of `order`, with a damped diagonal.
static std::vector<double> arrange(llvm::ArrayRef<double> products, llvm::ArrayRef<int64_t> order, int64_t samples) {
  int64_t taps = order.size();
  double squares = 0;
  for (int64_t i = 0; i < taps; ++i)
    squares += products[i * taps + i];
  double share = std::max(kLeastDamping, double(taps) / std::max<int64_t>(samples, 1));
  // Of taps that are always 0 any integer is right.
  double damping = std::max(share * squares / taps, 1e-30);
  std::vector<double> matrix(taps * taps);
  for (int64_t i = 0; i < taps; ++i)
    for (int64_t j = 0; j < taps; ++j)
      matrix[i * taps + j] = products[order[i] * taps + order[j]] + (i == j ? damping : 0);
  return matrix;
}

/// Replaces the lower half of the symmetric `matrix` by the triangle L with matrix = L^T L, last row first.
static void factorize(std::vector<double> &matrix, int64_t size) {
  for (int64_t j = size - 1; j >= 0; --j) {
    double *last = matrix.data() + j * size;
    double pivot = std::sqrt(std::max(last[j], 1e-60));
    for (int64_t i = 0; i < j; ++i)
      last[i] /= pivot;
    last[j] = pivot;
    for (int64_t i = 0; i < j; ++i)
      for (int64_t k = 0; k <= i; ++k)
        matrix[i * size + k] -= last[k] * last[i];
  }
}

std::vector<int8_t> mncc::roundByProducts(const WeightMatrix &matrix, llvm::ArrayRef<double> products,
                                          int64_t samples) {
  int64_t taps = matrix.taps, outputs = matrix.outputs;
  std::vector<int64_t> order = orderTaps(products, taps);
  std::vector<double> factor = arrange(products, order, samples);
  factorize(factor, taps);
  std::vector<int8_t> integers(taps * outputs);
  // What each rounded weight is off by, in the order of rounding.
  std::vector<double> errors(taps * outputs), wanted(outputs);
  for (int64_t i = 0; i < taps; ++i) {
    std::fill(wanted.begin(), wanted.end(), 0.0);
    for (int64_t k = 0; k < i; ++k)
      for (int64_t n = 0; n < outputs; ++n)
        wanted[n] += factor[i * taps + k] * errors[k * outputs + n];
    for (int64_t n = 0; n < outputs; ++n) {
      double weight = matrix.weights[order[i] * outputs + n], scale = matrix.scales[n];
      double integer = std::round((weight + wanted[n] / factor[i * taps + i]) / scale);
      integer = std::clamp(integer, -kLargestWeight, kLargestWeight);
      integers[order[i] * outputs + n] = static_cast<int8_t>(integer);
      errors[i * outputs + n] = weight - integer * scale;
    }
  }
  return integers;
}
