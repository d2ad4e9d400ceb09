// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/LayerTensors.h"

#include "dialects/mn/NarrowFloat.h"

using namespace mlir;

namespace mncc {

std::string nameTensor(const ModelInterface &model, const LayerInterface &layer) {
  if (!layer.fused.empty())
    return layer.fused.back();
  // Of a chain, the copied layer is one that it has taken in.
  auto first = llvm::find_if(model.layers, [&](const LayerInterface &other) {
    return other.name == layer.name || llvm::is_contained(other.fused, layer.name);
  });
  return first->fused.empty() ? layer.name : first->fused.back();
}

/// Where channel `c` of pixel `p` lies in a tensor of `layout` ("nhwc", "nchw16c").
static int64_t findElement(StringRef layout, int64_t pixels, int64_t channels, int64_t p, int64_t c) {
  int64_t block = channels;
  if (layout.consume_front("nchw") && layout.consume_back("c"))
    layout.getAsInteger(10, block);
  return c / block * pixels * block + p * block + c % block;
}

/// Element `index` of a tensor of `type`.
static double readElement(const void *values, Type type, int64_t index) {
  if (type.isInteger(8))
    return type.isUnsignedInteger() ? static_cast<const uint8_t *>(values)[index]
                                    : static_cast<const int8_t *>(values)[index];
  return type.isF32() ? static_cast<const float *>(values)[index]
                      : mn::widenFloat(static_cast<const uint16_t *>(values)[index], type);
}

std::vector<double> readTensor(const LayerInterface &layer, const void *values) {
  int64_t channels = layer.shape.back(), pixels = 1;
  for (int64_t size : ArrayRef(layer.shape).drop_back())
    pixels *= size;
  std::vector<double> numbers;
  numbers.reserve(pixels * channels);
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t c = 0; c < channels; ++c)
      numbers.push_back(readElement(values, layer.element, findElement(layer.layout, pixels, channels, p, c)));
  return numbers;
}

} // namespace mncc
