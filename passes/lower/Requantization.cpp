// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/Requantization.h"

#include "dialects/mn/Shapes.h"
#include "dialects/mn/WeightResource.h"
#include "passes/lower/IntegerPacking.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

ScaleQuotient lower::divideScales(mn::QuantizationAttr from, mn::QuantizationAttr to) {
  return {from.getRealScale() / to.getRealScale(),
          static_cast<float>(from.getRealScale()) / static_cast<float>(to.getRealScale())};
}

int64_t lower::getStoredShift(Operation *op) {
  auto shift = op->getAttrOfType<IntegerAttr>(mn::kStoredShiftAttr);
  return shift ? shift.getInt() : 0;
}

Rounding lower::getRounding(Operation *op) {
  switch (mn::getNumerics(op)) {
  case mn::Numerics::Tflm:
    return Rounding::Double;
  case mn::Numerics::Litert:
    return isa<mn::FullyConnectedOp>(op) ? Rounding::Single : Rounding::Double;
  case mn::Numerics::Xnnpack:
  case mn::Numerics::Fast:
    return Rounding::Float;
  }
  llvm_unreachable("every engine rounds somehow");
}

static mn::TargetAttr getTarget(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  return module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr();
}

static bool isOfX86(Operation *op) {
  mn::TargetAttr target = getTarget(op);
  return target && target.getString("arch") == "x86_64";
}

/// A multiplier and a right shift that give the same; of a multiplier of 0 the shift has no meaning.
static mn::QuantizedMultiplier getMultiplier(double factor) {
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  constexpr int kAnyShift = -2;
  return multiplier.value == 0 ? mn::QuantizedMultiplier{0, kAnyShift} : multiplier;
}

bool lower::hasManyRegisters(mn::TargetAttr target) {
  constexpr int64_t kMany = 32;
  return target.getRegisters() >= kMany;
}

bool lower::holdsFactors(mn::TargetAttr target, int64_t vectors) {
  // Lines have a multiplier for even lanes and one for odd lanes, an addend and a shift.
  constexpr int64_t kHeld = 4, kOthers = 8;
  return vectors * kHeld + kOthers <= target.getRegisters();
}

// With the largest shift all sums are worth 8 at most, and half of what it takes leaves room for them in 32 bits.
mn::QuantizedMultiplier lower::getWordMultiplier(double factor) {
  constexpr int kFractionBits = 15, kUnused = 3, kMostShift = 24;
  int exponent;
  std::frexp(factor, &exponent);
  int shift = std::clamp(-kUnused - exponent, 0, kMostShift);
  return {static_cast<int32_t>(std::lrint(std::ldexp(factor, shift + kFractionBits))), -shift};
}

/// Whether `op` may take words: its result is packed by x86's instructions, and the shifts are those of AVX2.
static bool takesWords(mn::WeightedOpInterface op, ArrayRef<double> factors, int64_t lanes) {
  constexpr int64_t kFewestLanes = 8;
  auto depthwise = dyn_cast<mn::DepthwiseConv2DOp>(op.getOperation());
  return mn::getNumerics(op) == mn::Numerics::Fast && isOfX86(op) && lanes >= kFewestLanes &&
         cast<ShapedType>(op->getResult(0).getType()).getElementType().isUnsignedInteger() &&
         (!depthwise || takesQuads(depthwise, lanes)) &&
         llvm::all_of(factors, [](double factor) { return factor < kMostWordFactor; });
}

/// The bits that sums of `op` with their offsets may be shifted to the left; negative where these need more than 32.
static int countHeadroom(mn::WeightedOpInterface op) {
  constexpr int64_t kLargestInput = 255, kLargestSigned = 128, kLargest = 255;
  auto filter = cast<ShapedType>(op.getFilter().getType());
  bool isSymmetric = op.getFilterZeroPoint() == 0 && !filter.getElementType().isUnsignedInteger();
  int64_t products = filter.getNumElements() / mn::getImageShape(op->getResult(0)).channels, largestBias = 0;
  if (op.getBias()) {
    FailureOr<std::vector<int64_t>> bias = mn::readIntegers(op.getBias());
    if (failed(bias))
      return -1;
    for (int64_t value : *bias)
      largestBias = std::max(largestBias, std::abs(value));
  }
  int64_t largest =
      products * kLargestInput * (isSymmetric ? kLargestSigned : kLargest) + largestBias + kMostLineOffset;
  return largest > INT32_MAX ? -1 : static_cast<int>(llvm::Log2_64(INT32_MAX / largest));
}

/// The lines of all channels of `op`; none where one channel has none.
static std::vector<RoundingLine> findLines(const Requantization &requantization, mn::IntegerRange range,
                                           ArrayRef<double> factors) {
  std::vector<RoundingLine> lines;
  bool twice = requantization.rounding == Rounding::Double;
  range = {range.least - requantization.addedZero, range.most - requantization.addedZero};
  for (double factor : factors) {
    auto line =
        findRoundingLine({twice, getMultiplier(factor), requantization.mergedZero, range, requantization.headroom});
    if (!line)
      return {};
    lines.push_back(*line);
  }
  return lines;
}

/// Has `result`, of double or single rounding, take lines for shifts of at most `most`, where all channels have one.
static void takeLines(Requantization &result, mn::WeightedOpInterface op, ArrayRef<double> factors, int most) {
  constexpr int kRoomForZero = 16, kMostHeadroom = 6;
  mn::IntegerRange range = mn::getActivationRange(op.getActivation(), op->getResult(0).getType());
  bool isSigned = result.rounding == Rounding::Double && range.least < result.addedZero;
  int room = std::min({countHeadroom(op), kMostHeadroom, kMostLineShift - most});
  if (room < (isSigned ? 1 : 0))
    return;
  Requantization lined = result;
  lined.headroom = isSigned ? room : 0;
  if (most <= kRoomForZero)
    std::swap(lined.mergedZero, lined.addedZero);
  lined.lines = findLines(lined, range, factors);
  if (lined.lines.empty())
    return;
  lined.form = RequantizationForm::Line;
  lined.rows = 3;
  result = std::move(lined);
}

Requantization lower::getRequantization(mn::WeightedOpInterface op, int64_t lanes) {
  constexpr int64_t kFewestLanes = 4;
  Requantization result{getRounding(op), RequantizationForm::Stepwise, 1, 0, 0, 0, {}};
  result.addedZero = mn::getQuantization(op->getResult(0)).getZeroPoint();
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  // Scales that are not there have been complained of when they were packed.
  if (failed(factors))
    return result;
  if (takesWords(op, *factors, lanes)) {
    result.form = RequantizationForm::Words;
    result.rows = 2;
    return result;
  }
  if (result.rounding == Rounding::Float)
    return result;
  int least = kMostLineShift, most = -kMostLineShift;
  for (double factor : *factors) {
    int shift = -getMultiplier(factor).shift;
    least = std::min(least, shift), most = std::max(most, shift);
  }
  result.rows = least < 0 ? 3 : 2;
  if (isOfX86(op) && lanes >= kFewestLanes && least >= 1 && most <= kMostLineShift)
    takeLines(result, op, *factors, most);
  return result;
}

bool lower::fitsWords(mn::WeightedOpInterface op) {
  // Factors in floats and roundings may add a little.
  constexpr double kMost = 32000, kLargestInput = 255;
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  FailureOr<std::vector<int64_t>> filter = mn::readIntegers(op.getFilter());
  int64_t channels = mn::getImageShape(op->getResult(0)).channels;
  std::vector<int64_t> bias(channels, 0);
  if (op.getBias()) {
    FailureOr<std::vector<int64_t>> values = mn::readIntegers(op.getBias());
    if (failed(values))
      return false;
    bias = std::move(*values);
  }
  if (failed(factors) || failed(filter))
    return false;
  auto zero = static_cast<int64_t>(op.getFilterZeroPoint());
  std::vector<double> most(bias.begin(), bias.end());
  for (double &value : most)
    value = std::abs(value);
  for (auto [place, weight] : llvm::enumerate(*filter))
    most[place % channels] += kLargestInput * static_cast<double>(std::abs(weight - zero));
  for (auto [channel, value] : llvm::enumerate(most))
    if (value * (*factors)[factors->size() == 1 ? 0 : channel] > kMost)
      return false;
  return true;
}

/// XNNPACK computes its factors in floats.
static LogicalResult packFloats(mn::WeightedOpInterface op, MutableArrayRef<int32_t> words, int64_t channels) {
  FailureOr<std::vector<float>> scales = mn::readWeights(op.getScales());
  if (failed(scales))
    return failure();
  auto input = static_cast<float>(mn::getQuantization(op.getInput()).getRealScale());
  auto output = static_cast<float>(mn::getQuantization(op->getResult(0)).getRealScale());
  for (int64_t channel = 0; channel < channels; ++channel) {
    float factor = input * (*scales)[scales->size() == 1 ? 0 : channel] / output;
    memcpy(&words[channel], &factor, sizeof(factor));
  }
  return success();
}

LogicalResult lower::packRequantization(mn::WeightedOpInterface op, const Requantization &requantization,
                                        MutableArrayRef<int32_t> words, int64_t rowWords) {
  int64_t channels = mn::getImageShape(op->getResult(0)).channels;
  bool areWords = requantization.form == RequantizationForm::Words;
  if (requantization.rounding == Rounding::Float && !areWords)
    return packFloats(op, words, channels);
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  if (failed(factors))
    return failure();
  bool isLine = requantization.isLine();
  for (int64_t channel = 0; channel < channels; ++channel) {
    double factor = (*factors)[factors->size() == 1 ? 0 : channel];
    mn::QuantizedMultiplier multiplier = areWords ? getWordMultiplier(factor) : getMultiplier(factor);
    words[channel] = multiplier.value;
    words[rowWords + channel] = std::max(-multiplier.shift, 0) + (isLine ? requantization.headroom - 1 : 0);
    if (isLine)
      words[2 * rowWords + channel] = requantization.lineOf(channel).addend;
    else if (multiplier.shift > 0)
      words[2 * rowWords + channel] = multiplier.shift;
  }
  return success();
}
