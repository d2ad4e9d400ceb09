// SPDX-License-Identifier: Apache-2.0
// Weights as integers whose errors cancel in the sums that they are for.
#ifndef MNCC_COMPILER_QUANTIZE_GPTQROUNDING_H
#define MNCC_COMPILER_QUANTIZE_GPTQROUNDING_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace mncc {

/// Weights, one row a tap and one column an output.
struct WeightMatrix {
  int64_t taps, outputs;
  /// taps x outputs.
  std::vector<float> weights;
  /// A scale for each output.
  std::vector<float> scales;
};

/// The weights over their scales, from -127 to 127, so that the mean square error of the outputs is small where the
/// mean product of taps i and j is `products[i * taps + j]`: tap by tap, those with the largest squares first, each
/// rounded after the errors so far were made up for (GPTQ, Frantar et al. 2022; the same integers as Babai's nearest
/// plane). `samples` is how many pixels the products are the means of: the fewer for each tap, the less they are
/// trusted.
std::vector<int8_t> roundByProducts(const WeightMatrix &matrix, llvm::ArrayRef<double> products, int64_t samples);

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_GPTQROUNDING_H
