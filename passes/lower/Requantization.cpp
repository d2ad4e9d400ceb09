// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/Requantization.h"

#include "dialects/mn/Shapes.h"
#include "dialects/mn/WeightResource.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

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

/// True where a factor is 1 or more. Scales that are not there have been complained of when they were packed.
static bool hasLeftShift(mn::WeightedOpInterface op) {
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  return succeeded(factors) &&
         llvm::any_of(*factors, [](double factor) { return mn::quantizeMultiplier(factor).shift > 0; });
}

/// Shifts that leave room for a zero point in the upper half of a product.
static bool hasMergedShifts(mn::WeightedOpInterface op) {
  constexpr int kMostShift = 16;
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  return succeeded(factors) && llvm::all_of(*factors, [](double factor) {
           mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
           return multiplier.value > 0 && multiplier.shift < 0 && multiplier.shift >= -kMostShift;
         });
}

static bool isOnX86(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  auto target = module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr();
  return target && target.getString("arch") == "x86_64";
}

RequantizationForm lower::getRequantizationForm(mn::WeightedOpInterface op, int64_t lanes) {
  constexpr int64_t kFewestLanes = 4;
  Rounding rounding = getRounding(op);
  if (rounding == Rounding::Float || lanes < kFewestLanes || !isOnX86(op) || !hasMergedShifts(op))
    return RequantizationForm::Stepwise;
  Type result = op->getResult(0).getType();
  bool clampsNegatives =
      mn::getActivationRange(op.getActivation(), result).least >= mn::getQuantization(result).getZeroPoint();
  return clampsNegatives || rounding == Rounding::Single ? RequantizationForm::Merged
                                                         : RequantizationForm::MergedSigned;
}

int64_t lower::countRequantizationRows(mn::WeightedOpInterface op, RequantizationForm form) {
  if (form != RequantizationForm::Stepwise)
    return 4;
  if (getRounding(op) == Rounding::Float)
    return 1;
  return hasLeftShift(op) ? 3 : 2;
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

LogicalResult lower::packRequantization(mn::WeightedOpInterface op, RequantizationForm form,
                                        MutableArrayRef<int32_t> words, int64_t rowWords) {
  int64_t channels = mn::getImageShape(op->getResult(0)).channels;
  if (getRounding(op) == Rounding::Float)
    return packFloats(op, words, channels);
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  if (failed(factors))
    return failure();
  for (int64_t channel = 0; channel < channels; ++channel) {
    mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier((*factors)[factors->size() == 1 ? 0 : channel]);
    bool isTwice = form == RequantizationForm::MergedSigned;
    words[channel] = isTwice ? static_cast<int32_t>(2 * static_cast<uint32_t>(multiplier.value)) : multiplier.value;
    words[rowWords + channel] = std::max(-multiplier.shift, 0) - (form == RequantizationForm::Merged);
    if (multiplier.shift > 0)
      words[2 * rowWords + channel] = multiplier.shift;
  }
  return success();
}

// Nested floors are one: floor((floor((x + 2^30) / 2^31) + 2^(s - 1)) / 2^s), of two halves upwards, has one addend.
// Away from zero means less 1 where the inner floor is negative: where x is, but for x = -2^30, of which nothing is
// left.
int64_t lower::getAddend(Rounding rounding, int64_t shift, int64_t zeroPoint) {
  int64_t first = rounding == Rounding::Double ? int64_t(1) << 30 : 0;
  return first + (1 + 2 * zeroPoint) * (int64_t(1) << (30 + shift));
}

void lower::packAddends(mn::WeightedOpInterface op, RequantizationForm form, MutableArrayRef<int32_t> words,
                        int64_t rowWords) {
  if (form == RequantizationForm::Stepwise)
    return;
  bool isTwice = form == RequantizationForm::MergedSigned;
  int64_t zeroPoint = mn::getQuantization(op->getResult(0)).getZeroPoint();
  for (int64_t place = 0; place < rowWords; ++place) {
    int64_t shift = words[rowWords + place] + (isTwice ? 0 : 1);
    int64_t addend = getAddend(getRounding(op), shift, zeroPoint) * (isTwice ? 2 : 1);
    memcpy(&words[(2 + place % 2) * rowWords + place / 2 * 2], &addend, sizeof(addend));
  }
}
