// SPDX-License-Identifier: Apache-2.0
// Convolutions of pixels after fold-input-normalization against convolutions of normalised pixels before it, both in
// double precision, over many windows: borders of all widths, strides and dilations, images with no interior.
#include "dialects/mn/Shapes.h"
#include "dialects/mn/WeightResource.h"
#include "passes/Passes.h"

#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>

#include <random>

using namespace mlir;
using namespace mncc;
using namespace mncc::mn;

namespace {

struct Geometry {
  int64_t height, width, kernelHeight, kernelWidth, stride, dilation;
  std::array<int64_t, 4> padding;
  bool isDepthwise;
};

constexpr int64_t kInputs = 2, kOutputs = 4;

std::vector<float> makeValues(size_t count, std::mt19937 &random) {
  std::vector<float> values(count);
  for (float &value : values)
    value = float(random() % 2001) / 1000.0f - 1.0f;
  return values;
}

RankedTensorType imageType(Type element, int64_t height, int64_t width, int64_t channels) {
  return RankedTensorType::get({1, height, width, channels}, element);
}

/// normalize and a convolution of the given geometry in a function of a module.
OwningOpRef<ModuleOp> buildStem(MLIRContext &context, const Geometry &g, std::mt19937 &random) {
  Location loc = NameLoc::get(StringAttr::get(&context, "conv"));
  OpBuilder builder(&context);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, loc);
  auto rows = Window{g.height, g.kernelHeight, g.stride, g.dilation, g.padding[0], g.padding[1]}.output();
  auto columns = Window{g.width, g.kernelWidth, g.stride, g.dilation, g.padding[2], g.padding[3]}.output();
  auto pixels = imageType(builder.getIntegerType(8, /*isSigned=*/false), g.height, g.width, kInputs);
  auto input = imageType(builder.getF32Type(), g.height, g.width, kInputs);
  auto output = imageType(builder.getF32Type(), rows, columns, kOutputs);
  builder.setInsertionPointToStart(module->getBody());
  auto function = func::FuncOp::create(builder, loc, kNetworkFunction, builder.getFunctionType({pixels}, {output}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  SmallVector<int64_t> filterShape{g.kernelHeight, g.kernelWidth, kInputs,
                                   g.isDepthwise ? kOutputs / kInputs : kOutputs};
  auto filterValues = makeValues(ShapedType::getNumElements(filterShape), random);
  auto filter = createWeights(builder, loc, "kernel", filterShape, filterValues);
  auto bias = createWeights(builder, loc, "bias", {kOutputs}, makeValues(kOutputs, random));
  auto normalize = NormalizeOp::create(builder, loc, input, function.getArgument(0), ArrayRef<double>{0.0078125, 0.015},
                                       ArrayRef<double>{-1.0, -1.7}, nullptr, nullptr, nullptr, nullptr, nullptr);
  auto create = [&]<typename ConvOp>(ConvOp *) -> Value {
    return ConvOp::create(builder, loc, output, normalize, filter, bias, Value(), Value(), {g.stride, g.stride},
                          g.padding, {g.dilation, g.dilation}, 0, Activation::None, nullptr, nullptr, nullptr, nullptr,
                          nullptr);
  };
  Value conv = g.isDepthwise ? create((DepthwiseConv2DOp *)nullptr) : create((Conv2DOp *)nullptr);
  func::ReturnOp::create(builder, loc, conv);
  return module;
}

/// The class of outputs that `position` belongs to, out of `classes`.
int64_t classOf(const Window &window, int64_t position, int64_t classes) {
  if (position < window.borderBefore())
    return position;
  int64_t fromEnd = window.output() - position;
  return fromEnd <= window.borderAfter() ? classes - fromEnd : window.borderBefore();
}

/// The layer's sums at (y, x) for all outputs, where `at` gives the value of an input pixel and channel.
std::vector<double> convolve(WeightedOpInterface conv, int64_t y, int64_t x,
                             const std::function<double(int64_t, int64_t, int64_t)> &at) {
  std::vector<float> filter = *readWeights(conv.getFilter()), bias = *readWeights(conv.getBias());
  ArrayRef<int64_t> shape = cast<ShapedType>(conv.getFilter().getType()).getShape();
  ArrayRef<int64_t> biasShape = cast<ShapedType>(conv.getBias().getType()).getShape();
  Window rows = getWindow(conv, 0), columns = getWindow(conv, 1);
  int64_t biasRow = 0;
  if (biasShape.size() == 3)
    biasRow = classOf(rows, y, biasShape[0]) * biasShape[1] + classOf(columns, x, biasShape[1]);
  std::vector<double> sums(bias.begin() + biasRow * kOutputs, bias.begin() + (biasRow + 1) * kOutputs);
  for (size_t index = 0; index < filter.size(); ++index) {
    int64_t last = index % shape[3], channel = index / shape[3] % shape[2], tap = index / shape[3] / shape[2];
    int64_t row = y * rows.stride - rows.padBefore + tap / shape[1] * rows.dilation;
    int64_t column = x * columns.stride - columns.padBefore + tap % shape[1] * columns.dilation;
    if (row < 0 || row >= rows.input || column < 0 || column >= columns.input)
      continue;
    int64_t output = isa<DepthwiseConv2DOp>(conv) ? channel * shape[3] + last : last;
    sums[output] += double(filter[index]) * at(row, column, channel);
  }
  return sums;
}

WeightedOpInterface findConvolution(ModuleOp module) {
  WeightedOpInterface found;
  module.walk([&](WeightedOpInterface conv) { found = conv; });
  return found;
}

double pixelAt(int64_t row, int64_t column, int64_t channel) { return (row * 89 + column * 53 + channel * 17) % 256; }

double normalizedAt(int64_t row, int64_t column, int64_t channel) {
  double pixel = pixelAt(row, column, channel);
  return channel == 0 ? pixel * 0.0078125 - 1.0 : pixel * 0.015 - 1.7;
}

void expectEqualOutputs(WeightedOpInterface before, WeightedOpInterface after) {
  for (int64_t y = 0; y < getWindow(before, 0).output(); ++y)
    for (int64_t x = 0; x < getWindow(before, 1).output(); ++x) {
      std::vector<double> expected = convolve(before, y, x, normalizedAt), found = convolve(after, y, x, pixelAt);
      for (int64_t output = 0; output < kOutputs; ++output)
        ASSERT_NEAR(found[output], expected[output], 2e-5) << "at " << y << ", " << x << ", " << output;
    }
}

void checkGeometry(MLIRContext &context, const Geometry &g, std::mt19937 &random) {
  OwningOpRef<ModuleOp> module = buildStem(context, g, random);
  OwningOpRef<ModuleOp> folded = module->clone();
  PassManager manager(&context);
  manager.addNestedPass<func::FuncOp>(createFoldInputNormalizationPass());
  ASSERT_TRUE(succeeded(manager.run(*folded)));
  WeightedOpInterface after = findConvolution(*folded);
  ASSERT_TRUE(isa<BlockArgument>(after.getInput()));
  expectEqualOutputs(findConvolution(*module), after);
}

} // namespace

TEST(FoldInputNormalization, ManyWindows) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  context.loadDialect<MnDialect, func::FuncDialect>();
  std::mt19937 random(7);
  int checked = 0;
  while (checked < 400) {
    auto pick = [&](int64_t least, int64_t most) { return least + int64_t(random() % (most - least + 1)); };
    Geometry g{pick(1, 9), pick(1, 9), pick(1, 5), pick(1, 5), pick(1, 3), pick(1, 2), {}, pick(0, 1) == 1};
    for (int64_t &pixels : g.padding)
      pixels = pick(0, 4);
    bool fitsHeight = Window{g.height, g.kernelHeight, 1, g.dilation, g.padding[0], g.padding[1]}.output() > 0;
    bool fitsWidth = Window{g.width, g.kernelWidth, 1, g.dilation, g.padding[2], g.padding[3]}.output() > 0;
    if (!fitsHeight || !fitsWidth)
      continue;
    ++checked;
    checkGeometry(context, g, random);
    ASSERT_FALSE(HasFailure()) << "image " << g.height << "x" << g.width << ", kernel " << g.kernelHeight << "x"
                               << g.kernelWidth << ", stride " << g.stride << ", dilation " << g.dilation;
  }
}
