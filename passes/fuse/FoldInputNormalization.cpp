// SPDX-License-Identifier: Apache-2.0
// The first convolution can read the pixels of the image as they are: pixel * scale + offset is linear, so scale goes
// into the filter and offset into the bias. A padded place is 0 after the normalisation, where no pixel value may stand
// for it; its tap is skipped, so outputs at the border sum fewer offsets and get biases of their own.
#include "dialects/mn/Shapes.h"
#include "dialects/mn/WeightResource.h"
#include "passes/Passes.h"
#include "passes/fuse/Absorb.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace mncc {
#define GEN_PASS_DEF_FOLDINPUTNORMALIZATIONPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Beyond this many different biases a channel, the normalisation is cheaper than their table.
static constexpr int64_t kMostClasses = 1024;

namespace {

/// Taps [first, end) of a window that lie inside the image.
struct TapRange {
  int64_t first, end;
};

/// What the fold computes with, all row-major: filter [rows, columns, inputs, outputs of one input].
struct Stem {
  std::vector<float> filter, bias;
  std::vector<double> scale, offset;
  ArrayRef<int64_t> shape;
  bool isDepthwise;
  /// Values of the filter under one tap.
  int64_t getTapSize() const { return shape[2] * shape[3]; }
  /// Channels of the result.
  int64_t getOutputs() const { return isDepthwise ? shape[2] * shape[3] : shape[3]; }
};

} // namespace

/// The taps inside the image for each class of outputs: those before the interior, the interior, those after it.
static SmallVector<TapRange> getTapClasses(const Window &window) {
  SmallVector<TapRange> classes;
  auto add = [&](int64_t position) { classes.push_back({window.firstTap(position), window.endTap(position)}); };
  for (int64_t position = 0; position < window.borderBefore(); ++position)
    add(position);
  classes.push_back({0, window.kernel});
  for (int64_t position = window.output() - window.borderAfter(); position < window.output(); ++position)
    add(position);
  return classes;
}

static std::vector<float> scaleFilter(const Stem &stem) {
  std::vector<float> scaled;
  for (auto [index, weight] : llvm::enumerate(stem.filter)) {
    int64_t input = index / stem.shape[3] % stem.shape[2];
    scaled.push_back(float(double(weight) * stem.scale[input]));
  }
  return scaled;
}

/// Adds weight * offset under one tap to the sums of all outputs.
static void addOffsets(const Stem &stem, int64_t tap, MutableArrayRef<double> sums) {
  for (int64_t index = 0; index < stem.getTapSize(); ++index) {
    int64_t output = stem.isDepthwise ? index : index % stem.shape[3];
    sums[output] += double(stem.filter[tap * stem.getTapSize() + index]) * stem.offset[index / stem.shape[3]];
  }
}

/// The bias of all outputs whose taps inside the image are `rows` x `columns`.
static void appendBias(const Stem &stem, TapRange rows, TapRange columns, std::vector<float> &result) {
  std::vector<double> sums(stem.getOutputs(), 0.0);
  for (int64_t row = rows.first; row < rows.end; ++row)
    for (int64_t column = columns.first; column < columns.end; ++column)
      addOffsets(stem, row * stem.shape[1] + column, sums);
  for (auto [sum, bias] : llvm::zip_equal(sums, stem.bias))
    result.push_back(float(double(bias) + sum) + 0.0f);
}

static std::vector<double> broadcast(ArrayRef<double> values, int64_t channels) {
  return values.size() == 1 ? std::vector<double>(channels, values.front()) : values.vec();
}

static FailureOr<Stem> readStem(NormalizeOp normalize, WeightedOpInterface conv) {
  Stem stem;
  stem.shape = cast<ShapedType>(conv.getFilter().getType()).getShape();
  stem.isDepthwise = isa<DepthwiseConv2DOp>(conv);
  stem.scale = broadcast(normalize.getScale(), stem.shape[2]);
  stem.offset = broadcast(normalize.getOffset(), stem.shape[2]);
  auto filter = readWeights(conv.getFilter());
  if (failed(filter))
    return failure();
  stem.filter = std::move(*filter);
  stem.bias.assign(stem.getOutputs(), 0.0f);
  if (!conv.getBias())
    return stem;
  auto bias = readWeights(conv.getBias());
  if (failed(bias))
    return failure();
  stem.bias = std::move(*bias);
  return stem;
}

static LogicalResult checkFinite(NormalizeOp normalize, ArrayRef<float> values) {
  if (llvm::all_of(values, [](float value) { return std::isfinite(value); }))
    return success();
  auto diagnostic = normalize.emitError() << "expects a scale and an offset that keep the weights after it finite";
  diagnostic.attachNote() << "check 'scale', 'mean' and 'std' of the preprocessing";
  return diagnostic;
}

static void setWeights(WeightedOpInterface conv, NormalizeOp normalize, ArrayRef<float> filter,
                       ArrayRef<int64_t> biasShape, ArrayRef<float> bias) {
  OpBuilder builder(conv);
  std::string name = getLocationName(conv->getLoc()).str();
  ArrayRef<int64_t> filterShape = cast<ShapedType>(conv.getFilter().getType()).getShape();
  conv.getFilterMutable().assign(createWeights(builder, conv->getLoc(), name + "_kernel", filterShape, filter));
  if (!bias.empty())
    conv.getBiasMutable().assign(createWeights(builder, conv->getLoc(), name + "_bias", biasShape, bias));
  conv->setOperand(0, normalize.getInput());
}

static LogicalResult foldInto(WeightedOpInterface conv, NormalizeOp normalize) {
  auto stem = readStem(normalize, conv);
  if (failed(stem))
    return failure();
  std::vector<float> filter = scaleFilter(*stem), bias;
  SmallVector<int64_t> biasShape;
  if (llvm::any_of(stem->offset, [](double offset) { return offset != 0; })) {
    SmallVector<TapRange> rows = getTapClasses(getWindow(conv, 0)), columns = getTapClasses(getWindow(conv, 1));
    for (TapRange row : rows)
      for (TapRange column : columns)
        appendBias(*stem, row, column, bias);
    if (rows.size() * columns.size() > 1)
      biasShape = {int64_t(rows.size()), int64_t(columns.size())};
    biasShape.push_back(stem->getOutputs());
  }
  if (failed(checkFinite(normalize, filter)) || failed(checkFinite(normalize, bias)))
    return failure();
  setWeights(conv, normalize, filter, biasShape, bias);
  return success();
}

/// True where `use` is the image of a convolution that can read pixels.
static bool canFoldInto(OpOperand &use) {
  Operation *user = use.getOwner();
  if (!isa<Conv2DOp, DepthwiseConv2DOp>(user) || use.getOperandNumber() != 0)
    return false;
  auto conv = cast<WeightedOpInterface>(user);
  bool hasBorderBias = conv.getBias() && cast<ShapedType>(conv.getBias().getType()).getRank() != 1;
  auto countClasses = [&](int dimension) {
    Window window = getWindow(user, dimension);
    return window.borderBefore() + window.borderAfter() + 1;
  };
  return !hasBorderBias && countClasses(0) * countClasses(1) <= kMostClasses;
}

namespace {

struct FoldInputNormalization : mncc::impl::FoldInputNormalizationPassBase<FoldInputNormalization> {
  void runOnOperation() override {
    SmallVector<NormalizeOp> normalizations;
    getOperation().walk([&](NormalizeOp normalize) { normalizations.push_back(normalize); });
    for (NormalizeOp normalize : normalizations) {
      if (!llvm::all_of(normalize->getUses(), canFoldInto))
        continue;
      for (Operation *user : llvm::make_early_inc_range(normalize->getUsers()))
        if (failed(foldInto(cast<WeightedOpInterface>(user), normalize)))
          return signalPassFailure();
      normalize.erase();
    }
    eraseUnusedWeights(getOperation());
  }
};

} // namespace
