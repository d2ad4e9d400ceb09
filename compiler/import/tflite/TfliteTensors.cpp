// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/tflite/TfliteTensors.h"

#include "compiler/import/InferShapes.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

/// "INT8", or "type 17".
static std::string describeType(tflite::TensorType type) {
  std::string name = tflite::EnumNameTensorType(type);
  return name.empty() ? fmt::format("type {}", static_cast<int>(type)) : name;
}

static Shape getDimensions(const tflite::Tensor &tensor) {
  Shape shape;
  if (tensor.shape())
    shape.assign(tensor.shape()->begin(), tensor.shape()->end());
  return shape;
}

FailureOr<Shape> mncc::readShape(const TfliteFile &file, int32_t index, Diagnostics &diagnostics) {
  const tflite::Tensor &tensor = file.tensor(index);
  Shape shape = getDimensions(tensor);
  if (shape.size() < 2 || shape.size() > 4)
    return diagnostics
        .error(file.location(index),
               fmt::format("expects a batch and 1 to 3 dimensions, found the shape {}", formatShape(shape)))
        .note("tensors of a MobileNet are [1, height, width, channels] or [1, channels]");
  // The batch may be open: it is 1 here.
  auto *signature = tensor.shape_signature();
  for (size_t i = 1; signature && i < signature->size(); ++i)
    if (signature->Get(i) < 0)
      return diagnostics.error(file.location(index), "expects a shape that is known, found one with open dimensions")
          .note("give the network's input a fixed height and width before the conversion");
  if (shape.front() != 1)
    return diagnostics
        .error(file.location(index), fmt::format("expects batch 1, found the shape {}", formatShape(shape)))
        .note("convert the model for one image");
  shape.erase(shape.begin());
  for (int64_t size : shape)
    if (size < 1 || size > kLargestDimension)
      return diagnostics
          .error(file.location(index), fmt::format("expects dimensions from 1 to {}, found the shape {}",
                                                   kLargestDimension, formatShape(getDimensions(tensor))))
          .note("shapes that are computed at run time are not supported");
  return shape;
}

/// Reads the scales and zero points of a tensor of integers. Reports what is missing or divides by nothing.
static LogicalResult readScales(const TfliteFile &file, int32_t index, std::vector<float> &scales,
                                std::vector<int64_t> &zeroPoints, Diagnostics &diagnostics) {
  auto *quantization = file.tensor(index).quantization();
  if (quantization && quantization->details_type() != 0)
    return diagnostics.error(file.location(index), "expects scales a tensor or a channel, found another quantization")
        .note("quantise the model per tensor or per channel");
  if (!quantization || !quantization->scale() || quantization->scale()->size() == 0)
    return diagnostics
        .error(file.location(index), fmt::format("expects a scale and a zero point with {}, found none",
                                                 describeType(file.tensor(index).type())))
        .note("quantise the model with TFLite's converter, which writes them");
  scales.assign(quantization->scale()->begin(), quantization->scale()->end());
  if (quantization->zero_point())
    zeroPoints.assign(quantization->zero_point()->begin(), quantization->zero_point()->end());
  if (scales.size() != zeroPoints.size())
    return diagnostics
        .error(file.location(index),
               fmt::format("expects as many zero points as scales, found {} and {}", zeroPoints.size(), scales.size()))
        .note("the file is damaged; convert the model again");
  for (float scale : scales)
    if (!std::isfinite(scale) || scale <= 0)
      return diagnostics.error(file.location(index), fmt::format("expects positive, finite scales, found {}", scale))
          .note("a scale is the step between two neighbouring integers; quantise the model again with typical images");
  return success();
}

FailureOr<std::optional<TensorQuantization>> mncc::readQuantization(const TfliteFile &file, int32_t index,
                                                                    Diagnostics &diagnostics) {
  tflite::TensorType type = file.tensor(index).type();
  if (type == tflite::TensorType_FLOAT32)
    return std::optional<TensorQuantization>();
  if (type != tflite::TensorType_INT8 && type != tflite::TensorType_UINT8)
    return diagnostics
        .error(file.location(index),
               fmt::format("expects the type FLOAT32, INT8 or UINT8, found {}", describeType(type)))
        .note("quantise the model to 8 bits, or export it in 32-bit floats");
  std::vector<float> scales;
  std::vector<int64_t> zeroPoints;
  if (failed(readScales(file, index, scales, zeroPoints, diagnostics)))
    return failure();
  if (scales.size() != 1)
    return diagnostics.error(file.location(index), fmt::format("expects one scale, found {}", scales.size()))
        .note("only the weights of a layer may have a scale for each channel");
  if (!std::isnormal(scales.front()))
    return diagnostics
        .error(file.location(index), fmt::format("expects a scale of at least {}, found {}",
                                                 std::numeric_limits<float>::min(), scales.front()))
        .note("floats below that are less and less exact; quantise the model again with typical images");
  return std::optional(TensorQuantization{type == tflite::TensorType_INT8 ? QuantizedType::Int8 : QuantizedType::UInt8,
                                          scales.front(), zeroPoints.front(), file.location(index)});
}

static int64_t getByteWidth(tflite::TensorType type) {
  switch (type) {
  case tflite::TensorType_INT8:
  case tflite::TensorType_UINT8:
    return 1;
  case tflite::TensorType_INT64:
    return 8;
  default:
    return 4;
  }
}

/// Bytes of a tensor, or -1 for a shape that has none or too many.
static int64_t countBytes(const Shape &shape, int64_t width) {
  int64_t bytes = width;
  for (int64_t size : shape)
    if (size < 1 || __builtin_mul_overflow(bytes, size, &bytes) || bytes >= kTensorBytesLimit)
      return -1;
  return bytes;
}

FailureOr<TfliteConstant> mncc::readConstant(const TfliteFile &file, int32_t index, std::string_view what,
                                             ArrayRef<tflite::TensorType> types, Diagnostics &diagnostics) {
  const tflite::Tensor &tensor = file.tensor(index);
  TfliteConstant constant{index, tensor.type(), getDimensions(tensor), file.bytes(index), {}, {}, 0};
  if (!llvm::is_contained(types, constant.type)) {
    std::vector<std::string> names;
    for (tflite::TensorType type : types)
      names.push_back(describeType(type));
    return diagnostics
        .error(file.location(index),
               fmt::format("expects a {} of {}, found {}", what, fmt::join(names, " or "), describeType(constant.type)))
        .note("quantise the model to 8 bits throughout, or export it in 32-bit floats");
  }
  if (constant.bytes.empty())
    return diagnostics
        .error(file.location(index), fmt::format("expects a constant {}, found one that is computed", what))
        .note("freeze the model before the conversion; what is computed at run time is not supported");
  int64_t expected = countBytes(constant.shape, getByteWidth(constant.type));
  if (expected != static_cast<int64_t>(constant.bytes.size()))
    return diagnostics
        .error(file.location(index),
               fmt::format("expects a buffer that fills the shape {} of {}, found {} bytes",
                           formatShape(constant.shape), describeType(constant.type), constant.bytes.size()))
        .note("the file is damaged; convert the model again");
  bool isPlain = constant.type == tflite::TensorType_FLOAT32 || constant.type == tflite::TensorType_INT64 ||
                 (constant.type == tflite::TensorType_INT32 && what != "bias");
  if (isPlain)
    return constant;
  if (failed(readScales(file, index, constant.scales, constant.zeroPoints, diagnostics)))
    return failure();
  constant.axis = tensor.quantization()->quantized_dimension();
  return constant;
}

std::vector<uint8_t> mncc::spreadChannels(const TfliteConstant &constant, int64_t channels) {
  std::vector<uint8_t> bytes;
  for (int64_t copies = channels / countElements(constant.shape); copies > 0; --copies)
    bytes.insert(bytes.end(), constant.bytes.begin(), constant.bytes.end());
  return bytes;
}

std::vector<int64_t> mncc::getIntegers(const TfliteConstant &constant) {
  std::vector<int64_t> values;
  int64_t width = getByteWidth(constant.type);
  for (size_t at = 0; at < constant.bytes.size(); at += width)
    values.push_back(width == 8 ? llvm::support::endian::read<int64_t, llvm::endianness::little>(&constant.bytes[at])
                                : llvm::support::endian::read<int32_t, llvm::endianness::little>(&constant.bytes[at]));
  return values;
}
