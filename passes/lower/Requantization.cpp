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

int64_t lower::countRequantizationRows(mn::WeightedOpInterface op) {
  if (getRounding(op) == Rounding::Float)
    return 1;
  return hasLeftShift(op) ? 3 : 2;
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

LogicalResult lower::packRequantization(mn::WeightedOpInterface op, MutableArrayRef<int32_t> words, int64_t rowWords) {
  int64_t channels = mn::getImageShape(op->getResult(0)).channels;
  if (getRounding(op) == Rounding::Float)
    return packFloats(op, words, channels);
  FailureOr<std::vector<double>> factors = mn::getRequantizationFactors(op);
  if (failed(factors))
    return failure();
  for (int64_t channel = 0; channel < channels; ++channel) {
    mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier((*factors)[factors->size() == 1 ? 0 : channel]);
    words[channel] = multiplier.value;
    words[rowWords + channel] = std::max(-multiplier.shift, 0);
    if (multiplier.shift > 0)
      words[2 * rowWords + channel] = multiplier.shift;
  }
  return success();
}
