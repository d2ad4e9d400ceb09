// SPDX-License-Identifier: Apache-2.0
// What a tensor in a file is worth: types, values, conversion. The header is read in SafetensorsHeader.cpp.
#include "compiler/import/Safetensors.h"

#include "llvm/ADT/APFloat.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>

using namespace mncc;
using llvm::FailureOr;

static_assert(std::endian::native == std::endian::little, "tensors are mapped as they lie in the file");

namespace {
struct DTypeRow {
  DType dtype;
  std::string_view name;
  size_t bytes;
};
} // namespace

static constexpr DTypeRow kDTypes[] = {{DType::F32, "F32", 4},  {DType::F16, "F16", 2}, {DType::BF16, "BF16", 2},
                                       {DType::F64, "F64", 8},  {DType::I8, "I8", 1},   {DType::U8, "U8", 1},
                                       {DType::I16, "I16", 2},  {DType::U16, "U16", 2}, {DType::I32, "I32", 4},
                                       {DType::U32, "U32", 4},  {DType::I64, "I64", 8}, {DType::U64, "U64", 8},
                                       {DType::Bool, "BOOL", 1}};

size_t mncc::getByteWidth(DType dtype) { return kDTypes[static_cast<size_t>(dtype)].bytes; }

std::string_view mncc::getDTypeName(DType dtype) { return kDTypes[static_cast<size_t>(dtype)].name; }

std::optional<DType> mncc::findDType(std::string_view name) {
  for (const DTypeRow &row : kDTypes)
    if (row.name == name)
      return row.dtype;
  return std::nullopt;
}

template <typename T> static T load(const uint8_t *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

static float halfToFloat(uint16_t bits) {
  llvm::APFloat value(llvm::APFloat::IEEEhalf(), llvm::APInt(16, bits));
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return value.convertToFloat();
}

/// The element that starts at `bytes`, as f32.
static float loadAsFloat(DType dtype, const uint8_t *bytes) {
  switch (dtype) {
  case DType::F32:
    return load<float>(bytes);
  case DType::F16:
    return halfToFloat(load<uint16_t>(bytes));
  case DType::BF16:
    return std::bit_cast<float>(static_cast<uint32_t>(load<uint16_t>(bytes)) << 16);
  case DType::F64:
    return static_cast<float>(load<double>(bytes));
  case DType::I8:
    return load<int8_t>(bytes);
  case DType::U8:
  case DType::Bool:
    return load<uint8_t>(bytes);
  case DType::I16:
    return load<int16_t>(bytes);
  case DType::U16:
    return load<uint16_t>(bytes);
  case DType::I32:
    return static_cast<float>(load<int32_t>(bytes));
  case DType::U32:
    return static_cast<float>(load<uint32_t>(bytes));
  case DType::I64:
    return static_cast<float>(load<int64_t>(bytes));
  case DType::U64:
    return static_cast<float>(load<uint64_t>(bytes));
  }
  llvm_unreachable("all types are listed above");
}

/// The row-major `index` as one number a dimension.
static std::vector<int64_t> splitIndex(int64_t index, const std::vector<int64_t> &shape) {
  std::vector<int64_t> place(shape.size());
  for (size_t i = shape.size(); i-- > 0; index /= shape[i])
    place[i] = index % shape[i];
  return place;
}

FailureOr<std::vector<float>> mncc::convertToFloat(const TensorView &tensor, const SourceLocation &location,
                                                   Diagnostics &diagnostics) {
  size_t width = getByteWidth(tensor.dtype);
  std::vector<float> values(tensor.elements());
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = loadAsFloat(tensor.dtype, tensor.bytes.data() + i * width);
    if (!std::isfinite(values[i]))
      return diagnostics
          .error(location,
                 fmt::format("tensor {} expects finite values, found {} at {}", quote(tensor.name),
                             std::isnan(values[i]) ? "NaN" : "Infinity", formatShape(splitIndex(i, tensor.shape))))
          .note("every value must be finite as a 32-bit float; the training may have diverged");
  }
  return values;
}

const TensorView *SafetensorsFile::find(std::string_view name) const {
  auto less = [](const TensorView &view, std::string_view name) { return view.name < name; };
  auto found = std::lower_bound(views.begin(), views.end(), name, less);
  return found != views.end() && found->name == name ? &*found : nullptr;
}
