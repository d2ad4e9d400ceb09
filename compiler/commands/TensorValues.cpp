// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/TensorValues.h"

namespace mncc {

TensorValues TensorValues::zeros(const TensorInterface &tensor) {
  TensorValues values;
  if (tensor.isFloat())
    values.floats.resize(tensor.elements());
  else
    values.bytes.resize(tensor.elements());
  return values;
}

DType getDType(const TensorInterface &tensor) {
  switch (tensor.kind) {
  case ElementKind::F32:
    return DType::F32;
  case ElementKind::U8:
    return DType::U8;
  case ElementKind::S8:
    return DType::I8;
  }
  llvm_unreachable("every kind of element has a type in files");
}

std::vector<double> toNumbers(const TensorInterface &tensor, const TensorValues &values) {
  if (tensor.isFloat())
    return {values.floats.begin(), values.floats.end()};
  std::vector<double> numbers;
  for (uint8_t byte : values.bytes)
    numbers.push_back(tensor.kind == ElementKind::S8 ? static_cast<int8_t>(byte) : byte);
  return numbers;
}

TensorValues fromNumbers(const TensorInterface &tensor, llvm::ArrayRef<double> numbers) {
  TensorValues values;
  if (tensor.isFloat())
    values.floats.assign(numbers.begin(), numbers.end());
  else
    for (double number : numbers)
      values.bytes.push_back(static_cast<uint8_t>(static_cast<int>(number)));
  return values;
}

std::vector<float> toReals(const TensorInterface &tensor, const TensorValues &values) {
  std::vector<float> reals;
  for (double number : toNumbers(tensor, values)) {
    mn::QuantizationAttr quantization = tensor.quantization;
    reals.push_back(static_cast<float>(quantization ? quantization.getRealScale() *
                                                          (number - static_cast<double>(quantization.getZeroPoint()))
                                                    : number));
  }
  return reals;
}

} // namespace mncc
