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

/// Channels of a pixel that stand side by side in a tensor of `layout` ("nhwc", "nchw16c").
static int64_t findBlock(StringRef layout, int64_t channels) {
  int64_t block = channels;
  if (layout.consume_front("nchw") && layout.consume_back("c"))
    layout.getAsInteger(10, block);
  return block;
}

/// `count` elements of `type` as they lie in memory.
static std::vector<double> readElements(const void *values, Type type, int64_t count) {
  auto read = [&]<typename T>(const T *stored) { return std::vector<double>(stored, stored + count); };
  if (type.isInteger(8))
    return type.isUnsignedInteger() ? read(static_cast<const uint8_t *>(values))
                                    : read(static_cast<const int8_t *>(values));
  if (type.isF32())
    return read(static_cast<const float *>(values));
  std::vector<double> numbers;
  for (uint16_t bits : ArrayRef(static_cast<const uint16_t *>(values), count))
    numbers.push_back(mn::widenFloat(bits, type));
  return numbers;
}

std::vector<double> readTensor(const LayerInterface &layer, const void *values) {
  int64_t channels = layer.shape.back(), pixels = 1;
  for (int64_t size : ArrayRef(layer.shape).drop_back())
    pixels *= size;
  int64_t block = findBlock(layer.layout, channels), blocks = llvm::divideCeil(channels, block);
  std::vector<double> stored = readElements(values, layer.element, blocks * pixels * block), numbers;
  numbers.reserve(pixels * channels);
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t c = 0; c < channels; ++c)
      numbers.push_back(stored[(c / block * pixels + p) * block + c % block]);
  return numbers;
}

} // namespace mncc
