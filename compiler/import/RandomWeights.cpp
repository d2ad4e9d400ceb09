// SPDX-License-Identifier: Apache-2.0
// Weights for networks that nobody has trained. Only exact operations and single roundings, no libm.
#include "compiler/import/Weights.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mncc;

namespace {

/// splitmix64 (Steele, Lea and Flood 2014).
class Generator {
public:
  explicit Generator(uint64_t seed) : state(seed) {}

  uint64_t next() {
    state += 0x9e3779b97f4a7c15;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// A multiple of 2^-23 in [-1, 1).
  float nextSigned() { return static_cast<float>(static_cast<int32_t>(next() >> 40) - (1 << 23)) * 0x1p-23f; }

private:
  uint64_t state;
};

} // namespace

/// A generator for one tensor, so that its values do not depend on the tensors around it (FNV-1a of the name).
static Generator makeGenerator(const std::string &tensor, uint64_t seed) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : tensor)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return Generator(Generator(seed).next() ^ hash);
}

/// Middle and half width of the uniform distribution of a parameter.
static std::pair<float, float> getRange(const Parameter &parameter) {
  switch (parameter.kind) {
  case ParameterKind::Kernel:
    if (parameter.dtype == DType::I8)
      return {0, 127};
    // The variance of a uniform value in [-w, w] is w²/3; He et al. want 2/fanIn.
    return {0, std::sqrt(6.0f / static_cast<float>(parameter.fanIn))};
  case ParameterKind::Gamma:
  case ParameterKind::Variance:
    return {1, 0.25f};
  case ParameterKind::KernelScales:
    // A kernel of integers up to 127 then has the spread that one of floats has.
    return {std::sqrt(6.0f / static_cast<float>(parameter.fanIn)) / 127, 0};
  case ParameterKind::Bias:
    if (parameter.dtype == DType::I32)
      return {0, 1024};
    return {0, 0.125f};
  case ParameterKind::Beta:
  case ParameterKind::Mean:
    return {0, 0.125f};
  }
  llvm_unreachable("all kinds are listed above");
}

template <typename T> static void appendAs(std::vector<uint8_t> &bytes, T value) {
  auto *begin = reinterpret_cast<const uint8_t *>(&value);
  bytes.insert(bytes.end(), begin, begin + sizeof(T));
}

static void append(std::vector<uint8_t> &bytes, DType dtype, float value) {
  if (dtype == DType::I8)
    return appendAs(bytes, static_cast<int8_t>(value));
  if (dtype == DType::I32)
    return appendAs(bytes, static_cast<int32_t>(value));
  appendAs(bytes, value);
}

Weights Weights::makeRandom(const std::vector<Parameter> &parameters, uint64_t seed) {
  Weights weights;
  for (const Parameter &parameter : parameters) {
    Generator generator = makeGenerator(parameter.tensor, seed);
    auto [middle, width] = getRange(parameter);
    std::vector<uint8_t> bytes;
    for (int64_t i = 0, count = countElements(parameter.shape); i < count; ++i) {
      float offset = generator.nextSigned() * width;
      append(bytes, parameter.dtype, middle + offset);
    }
    weights.add(parameter.tensor, parameter.dtype, parameter.shape, std::move(bytes));
  }
  return weights;
}
