// SPDX-License-Identifier: Apache-2.0
// Concatenation and resampling of integers.
#include "dialects/mn/reference/QuantizedLayers.h"
#include "dialects/mn/reference/Requantize.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace mncc::reference {

static Tensor rescaleForConcat(Type from, Type to, bool isExact, const Tensor &input) {
  float factor = getScale(from) * (1.0F / getScale(to)), bias = static_cast<float>(-getZeroPoint(from)) * factor;
  return mapIntegers(input, [&](int64_t value) {
    int64_t scaled = std::llround(mn::limitToWord(static_cast<float>(value) * factor + bias));
    if (isExact)
      scaled = requantize(Rounding::Exact, value - getZeroPoint(from), getFactor(from, to));
    return double(finishInteger(scaled, to));
  });
}

Tensor concatQuantized(mn::ConcatOp op, Operands operands) {
  bool isExact = getRounding(op) == Rounding::Exact;
  std::vector<Tensor> scaled;
  for (auto [input, tensor] : llvm::zip(op.getInputs(), operands))
    scaled.push_back(mn::getQuantization(input) == mn::getQuantization(op.getType())
                         ? *tensor
                         : rescaleForConcat(input.getType(), op.getType(), isExact, *tensor));
  SmallVector<const Tensor *> pointers;
  for (const Tensor &tensor : scaled)
    pointers.push_back(&tensor);
  return concat(op, pointers);
}

namespace {

/// Where one output row or column is sampled: `share` of the second place, the rest of the first.
template <typename Number> struct Sample {
  int64_t first, second;
  Number share;
};

} // namespace

static Sample<int64_t> sampleIntegers(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  constexpr int64_t one = 1024;
  bool alignCorners = op.getAlignCorners() && output > 1;
  int64_t from = input - alignCorners, to = output - alignCorners, scale = (one * from + to / 2) / to;
  int64_t place = position * scale + (op.getHalfPixelCenters() ? scale / 2 - one / 2 : 0);
  int64_t first = std::clamp<int64_t>(place / one, 0, input - 1);
  return {first, std::min((place + one - 1) / one, input - 1), place - one * first};
}

template <typename Real>
static Sample<Real> sampleReals(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  bool alignCorners = op.getAlignCorners() && output > 1;
  Real scale = Real(input - alignCorners) / Real(output - alignCorners), half = 0.5;
  Real place = op.getHalfPixelCenters() ? (Real(position) + half) * scale - half : Real(position) * scale;
  auto first = std::clamp<int64_t>(static_cast<int64_t>(std::floor(place)), 0, input - 1);
  return {first, std::min(static_cast<int64_t>(std::ceil(place)), input - 1), place - Real(first)};
}

/// XNNPACK's places, with shares in 1/2048.
static Sample<int64_t> sampleXnnpack(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  bool alignCorners = op.getAlignCorners() && output > 1;
  float scale = float(input - alignCorners) / float(output - alignCorners);
  float place = float(position) * scale + (op.getHalfPixelCenters() ? 0.5F * scale - 0.5F : 0.0F);
  place = std::clamp(place, 0.0F, float(input - 1));
  auto first = static_cast<int64_t>(place);
  return {first, std::min(first + 1, input - 1), std::llrint((place - float(first)) * 2048)};
}

/// The four neighbours times their shares of `one`, in the order of TFLite's sum, which floats round.
template <typename Number, typename SampleAt>
static Tensor interpolate(mn::ResizeOp op, const Tensor &input, Number one, SampleAt sampleAt,
                          llvm::function_ref<double(Number)> finish) {
  Tensor result = makeTensor(op.getType());
  int64_t width = input.shape[2], channels = input.shape[3];
  for (int64_t y = 0; y < result.shape[1]; ++y)
    for (int64_t x = 0; x < result.shape[2]; ++x) {
      Sample<Number> row = sampleAt(op, y, input.shape[1], result.shape[1]);
      Sample<Number> column = sampleAt(op, x, width, result.shape[2]);
      for (int64_t c = 0; c < channels; ++c) {
        auto at = [&](int64_t v, int64_t u) { return Number(input.values[(v * width + u) * channels + c]); };
        Number sum = at(row.first, column.first) * (one - row.share) * (one - column.share) +
                     at(row.second, column.first) * row.share * (one - column.share) +
                     at(row.first, column.second) * (one - row.share) * column.share +
                     at(row.second, column.second) * row.share * column.share;
        result.values[(y * result.shape[2] + x) * channels + c] = finish(sum);
      }
    }
  return result;
}

Tensor resizeQuantized(mn::ResizeOp op, const Tensor &input) {
  if (op.getMethod() == mn::ResizeMethod::Nearest)
    return resize(op, input);
  if (getRounding(op) == Rounding::Float)
    return interpolate<int64_t>(op, input, 2048, sampleXnnpack,
                                [](int64_t sum) { return double((sum + (int64_t(1) << 21)) >> 22); });
  if (getRounding(op) == Rounding::Exact)
    return interpolate<double>(op, input, 1, sampleReals<double>, [](double sum) { return std::nearbyint(sum); });
  if (cast<ShapedType>(op.getType()).getElementType().isUnsignedInteger())
    return interpolate<float>(op, input, 1, sampleReals<float>, [](float sum) { return std::trunc(sum + 0.5F); });
  return interpolate<int64_t>(op, input, 1024, sampleIntegers, [](int64_t sum) {
    constexpr int64_t whole = int64_t(1) << 20, half = whole / 2;
    return double((sum > 0 ? sum + half : sum - half) / whole);
  });
}

} // namespace mncc::reference
