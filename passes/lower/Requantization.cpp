// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/Requantization.h"

#include "dialects/mn/Shapes.h"
#include "dialects/mn/WeightResource.h"
#include "passes/lower/IntegerPacking.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

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

// Nested floors are one: floor((floor((x + 2^30) / 2^31) + 2^(s - 1)) / 2^s), of two halves upwards, has one addend.
// Away from zero means less 1 where the inner floor is negative: where x is, but for x = -2^30, of which nothing is
// left.
int64_t lower::getAddend(Rounding rounding, int64_t shift, int64_t zeroPoint) {
  int64_t first = rounding == Rounding::Double ? int64_t(1) << 30 : 0;
  return first + (1 + 2 * zeroPoint) * (int64_t(1) << (30 + shift));
}

int64_t Requantization::findAddend(int64_t word) const {
  if (form == RequantizationForm::MergedSigned)
    return 2 * getAddend(rounding, word, mergedZero);
  return getAddend(rounding, word + 1, mergedZero);
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

bool lower::holdsFactors(mn::TargetAttr target, const Requantization &requantization, int64_t vectors) {
  constexpr int64_t kOthers = 10;
  return vectors * requantization.countHeld() + kOthers <= target.getRegisters();
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

/// Puts the double or single rounding of shifts from `least` to `most` in a merged form.
static void merge(Requantization &result, mn::WeightedOpInterface op, int64_t least, int64_t most) {
  constexpr int64_t kTogether = 4, kRoomForZero = 16;
  Type type = op->getResult(0).getType();
  bool clampsNegatives =
      mn::getActivationRange(op.getActivation(), type).least >= mn::getQuantization(type).getZeroPoint();
  bool isPlain = clampsNegatives || result.rounding == Rounding::Single;
  result.form = isPlain ? RequantizationForm::Merged : RequantizationForm::MergedSigned;
  if (most <= kRoomForZero)
    std::swap(result.mergedZero, result.addedZero);
  // The lower half of an addend is the same for all shifts but the least; of one pixel nothing is made twice.
  bool isCheap = mn::getImageShape(op->getResult(0)).pixels() == 1 || holdsFactors(getTarget(op), result, kTogether);
  result.makesAddends = isCheap && least >= (isPlain ? 2 : 1);
  result.rows = result.makesAddends ? 2 : 4;
}

Requantization lower::getRequantization(mn::WeightedOpInterface op, int64_t lanes) {
  constexpr int64_t kFewestLanes = 4, kMostShift = 31;
  Requantization result{getRounding(op), RequantizationForm::Stepwise, 1, 0, 0, false};
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
  int64_t least = kMostShift, most = -kMostShift;
  for (double factor : *factors) {
    int64_t shift = -getMultiplier(factor).shift;
    least = std::min(least, shift), most = std::max(most, shift);
  }
  result.rows = least < 0 ? 3 : 2;
  if (isOfX86(op) && lanes >= kFewestLanes && least >= 1 && most <= kMostShift)
    merge(result, op, least, most);
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
  bool isTwice = requantization.form == RequantizationForm::MergedSigned;
  for (int64_t channel = 0; channel < channels; ++channel) {
    double factor = (*factors)[factors->size() == 1 ? 0 : channel];
    mn::QuantizedMultiplier multiplier = areWords ? getWordMultiplier(factor) : getMultiplier(factor);
    words[channel] = isTwice ? static_cast<int32_t>(2 * static_cast<uint32_t>(multiplier.value)) : multiplier.value;
    words[rowWords + channel] =
        std::max(-multiplier.shift, 0) - (requantization.form == RequantizationForm::Merged ? 1 : 0);
    if (multiplier.shift > 0)
      words[2 * rowWords + channel] = multiplier.shift;
  }
  return success();
}

void lower::packAddends(const Requantization &requantization, MutableArrayRef<int32_t> words, int64_t rowWords) {
  if (!requantization.isMerged() || requantization.makesAddends)
    return;
  for (int64_t place = 0; place < rowWords; ++place) {
    int64_t addend = requantization.findAddend(words[rowWords + place]);
    memcpy(&words[(2 + place % 2) * rowWords + place / 2 * 2], &addend, sizeof(addend));
  }
}
