// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/RealNumbers.h"

#include "dialects/mn/Quantization.h"

#include <cmath>

using namespace mlir;

namespace mncc {

TensorBytes storeReals(ArrayRef<float> values, RankedTensorType type) {
  mn::QuantizationAttr quantization = mn::getQuantization(type);
  TensorBytes bytes(values.size() * (quantization ? 1 : sizeof(float)));
  if (!quantization) {
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
  }
  mn::IntegerRange range = mn::getElementRange(type.getElementType());
  double scale = quantization.getRealScale();
  auto zero = static_cast<double>(quantization.getZeroPoint());
  for (auto [byte, value] : llvm::zip_equal(bytes, values)) {
    double integer = std::round(value / scale) + zero;
    byte = static_cast<std::byte>(static_cast<int64_t>(std::clamp<double>(integer, range.least, range.most)));
  }
  return bytes;
}

std::vector<float> loadReals(ArrayRef<std::byte> bytes, RankedTensorType type) {
  mn::QuantizationAttr quantization = mn::getQuantization(type);
  std::vector<float> values(type.getNumElements());
  if (!quantization) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  double scale = quantization.getRealScale();
  int64_t zero = quantization.getZeroPoint();
  for (auto [byte, value] : llvm::zip_equal(bytes, values))
    value = static_cast<float>(scale * (static_cast<int8_t>(byte) - zero));
  return values;
}

} // namespace mncc
