// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/ResizeTable.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/Shapes.h"
#include "passes/lower/Requantization.h"

#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

/// One row or column.
template <typename Number> struct Entry {
  Number first, second, share;
};

} // namespace

/// `sample(position, input, output)` of all rows and all columns.
template <typename Number, typename Sample> static std::vector<Number> makeTable(mn::ResizeOp op, Sample sample) {
  mn::ImageShape from = mn::getImageShape(op.getInput()), to = mn::getImageShape(op.getOutput());
  std::vector<Number> table;
  auto append = [&](int64_t input, int64_t output) {
    for (int64_t position = 0; position < output; ++position) {
      Entry<Number> entry = sample(position, input, output);
      table.insert(table.end(), {entry.first, entry.second, entry.share});
    }
  };
  append(from.height, to.height);
  append(from.width, to.width);
  return table;
}

/// TFLite's source coordinate of `position`, in float as its reference kernels compute it.
static float sourcePlace(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  bool alignsCorners = op.getAlignCorners() && output > 1;
  float scale = alignsCorners ? static_cast<float>(input - 1) / static_cast<float>(output - 1)
                              : static_cast<float>(input) / static_cast<float>(output);
  bool isNearest = op.getMethod() == mn::ResizeMethod::Nearest;
  float place = static_cast<float>(position);
  if (!op.getHalfPixelCenters())
    return place * scale;
  return isNearest ? (place + 0.5f) * scale : (place + 0.5f) * scale - 0.5f;
}

static Entry<float> sampleFloats(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  float place = sourcePlace(op, position, input, output);
  float last = static_cast<float>(input - 1);
  if (op.getMethod() == mn::ResizeMethod::Nearest) {
    float nearest = std::min(op.getAlignCorners() ? std::floor(place + 0.5f) : std::floor(place), last);
    return {nearest, nearest, 0.0f};
  }
  float floor = std::floor(place);
  float first = std::max(floor, 0.0f), second = std::min(floor + 1.0f, last);
  return {std::min(first, last), second, place - floor};
}

std::vector<float> lower::makeResizeTable(mn::ResizeOp op) {
  return makeTable<float>(
      op, [&](int64_t position, int64_t input, int64_t output) { return sampleFloats(op, position, input, output); });
}

int64_t lower::countResizeEntries(mn::ResizeOp op) {
  mn::ImageShape image = mn::getImageShape(op.getOutput());
  return 3 * (image.height + image.width);
}

ResizeShares lower::getResizeShares(mn::ResizeOp op) {
  if (op.getMethod() == mn::ResizeMethod::Nearest)
    return ResizeShares::None;
  if (getRounding(op) == Rounding::Float)
    return ResizeShares::Finer;
  // Choose-storage adds to integers without a sign that it stores with one, and the other way round.
  bool isMoved = getStoredShift(op) != 0, isUnsigned = getElementTypeOrSelf(op.getType()).isUnsignedInteger();
  return isUnsigned != isMoved ? ResizeShares::Floats : ResizeShares::Fine;
}

static int32_t toWord(int64_t value) { return static_cast<int32_t>(value); }

static Entry<int32_t> sampleFine(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  constexpr int64_t kOne = 1024;
  int64_t inner = op.getAlignCorners() && output > 1 ? 1 : 0, steps = output - inner;
  int64_t scale = (kOne * (input - inner) + steps / 2) / steps;
  int64_t place = position * scale + (op.getHalfPixelCenters() ? scale / 2 - kOne / 2 : 0);
  int64_t first = std::clamp<int64_t>(place / kOne, 0, input - 1);
  return {toWord(first), toWord(std::min((place + kOne - 1) / kOne, input - 1)), toWord(place - kOne * first)};
}

static Entry<int32_t> sampleFiner(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  constexpr float kOne = 2048;
  auto inner = static_cast<float>(op.getAlignCorners() && output > 1 ? 1 : 0);
  float scale = (static_cast<float>(input) - inner) / (static_cast<float>(output) - inner);
  float offset = op.getHalfPixelCenters() ? 0.5f * scale - 0.5f : 0.0f;
  float place = std::clamp(static_cast<float>(position) * scale + offset, 0.0f, static_cast<float>(input - 1));
  auto first = static_cast<int64_t>(place);
  return {toWord(first), toWord(std::min(first + 1, input - 1)),
          toWord(std::llrint((place - static_cast<float>(first)) * kOne))};
}

/// With the second place rounded up, and the share of what is before the first row negative, as TFLite has them.
static Entry<int32_t> sampleBits(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  float place = sourcePlace(op, position, input, output);
  int64_t first = std::clamp<int64_t>(static_cast<int64_t>(std::floor(place)), 0, input - 1);
  int64_t second = std::min(static_cast<int64_t>(std::ceil(place)), input - 1);
  return {toWord(first), toWord(second), llvm::bit_cast<int32_t>(place - static_cast<float>(first))};
}

static Entry<int32_t> sampleNearest(mn::ResizeOp op, int64_t position, int64_t input, int64_t output) {
  auto nearest = static_cast<int32_t>(sampleFloats(op, position, input, output).first);
  return {nearest, nearest, 0};
}

std::vector<int32_t> lower::makeIntegerResizeTable(mn::ResizeOp op) {
  auto make = [&](auto sample) {
    return makeTable<int32_t>(
        op, [&](int64_t position, int64_t input, int64_t output) { return sample(op, position, input, output); });
  };
  switch (getResizeShares(op)) {
  case ResizeShares::None:
    return make(sampleNearest);
  case ResizeShares::Fine:
    return make(sampleFine);
  case ResizeShares::Finer:
    return make(sampleFiner);
  case ResizeShares::Floats:
    return make(sampleBits);
  }
  llvm_unreachable("a form of shares that is not in the enumeration");
}
