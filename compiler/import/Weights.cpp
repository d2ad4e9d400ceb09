// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Weights.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"

#include <cstdint>
#include <fmt/format.h>
#include <set>

using namespace mncc;
using llvm::ArrayRef;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

ArrayRef<float> Weights::find(std::string_view tensor) const {
  const TensorView *found = findTensor(tensor);
  if (!found || found->dtype != DType::F32)
    return {};
  return {reinterpret_cast<const float *>(found->bytes.data()), static_cast<size_t>(found->elements())};
}

const TensorView *Weights::findTensor(std::string_view tensor) const {
  auto found = values.find(tensor);
  return found == values.end() ? nullptr : &found->second;
}

std::vector<TensorView> Weights::getTensors() const {
  std::vector<TensorView> tensors;
  for (const auto &[name, tensor] : values)
    tensors.push_back(tensor);
  return tensors;
}

void Weights::add(const std::string &tensor, DType dtype, Shape shape, std::vector<uint8_t> bytes) {
  values[tensor] = {tensor, dtype, std::move(shape), owned.emplace_back(std::move(bytes))};
}

namespace {

/// Compares the tensors of a file with what a description needs.
class Matcher {
public:
  Matcher(const SafetensorsFile &file, const std::vector<Parameter> &parameters, const ShapeMap &shapes,
          Diagnostics &diagnostics)
      : file(file), parameters(parameters), shapes(shapes), diagnostics(diagnostics) {
    for (const Parameter &parameter : parameters)
      needed.insert(parameter.tensor);
  }

  LogicalResult checkMissing();
  LogicalResult checkTensor(const Parameter &parameter);
  LogicalResult checkSpare();

private:
  const SafetensorsFile &file;
  const std::vector<Parameter> &parameters;
  const ShapeMap &shapes;
  Diagnostics &diagnostics;
  std::set<std::string> needed;

  std::string path() const { return quote(file.location().text()); }
  LogicalResult reportChannels(const Parameter &parameter, const TensorView &tensor);
};

} // namespace

LogicalResult Matcher::checkMissing() {
  const Parameter *first = nullptr;
  size_t missing = 0;
  for (const Parameter &parameter : parameters)
    if (!file.find(parameter.tensor)) {
      first = first ? first : &parameter;
      ++missing;
    }
  if (!first)
    return success();
  Diagnostic &error = diagnostics.error(
      first->layer->location,
      fmt::format("{} expects the tensor {} of shape {}, but {} has none of that name", quote(first->layer->name),
                  quote(first->tensor), formatShape(first->shape), path()));
  std::vector<std::string> spare;
  for (const TensorView &tensor : file.tensors())
    if (!needed.count(tensor.name))
      spare.push_back(tensor.name);
  suggestNearest(error, first->tensor, spare);
  if (missing > 1)
    error.note(fmt::format("{} more tensor{} missing; is it the file of this network?", missing - 1,
                           missing == 2 ? " is" : "s are"));
  if (error.notes.empty())
    error.note("tensors are called <layer>/<parameter>; add it to the file or take its layer out");
  return error;
}

/// Where only the input channels of a kernel differ, the layer before it is as likely to be wrong as the file.
LogicalResult Matcher::reportChannels(const Parameter &parameter, const TensorView &tensor) {
  const Layer &layer = *parameter.layer;
  size_t channels = parameter.shape.size() - 2;
  const std::string &input = layer.inputs.front();
  return diagnostics
      .error(layer.location, fmt::format("{} expects {} input channels, but its input {} has {}", quote(layer.name),
                                         tensor.shape[channels], quote(input), shapes.find(input)->second.back()))
      .note(fmt::format("the tensor {} in {} has shape {}; this description needs {}", quote(tensor.name), path(),
                        formatShape(tensor.shape), formatShape(parameter.shape)));
}

LogicalResult Matcher::checkTensor(const Parameter &parameter) {
  const TensorView &tensor = *file.find(parameter.tensor);
  if (parameter.dtype != DType::F32 && tensor.dtype != parameter.dtype)
    return diagnostics
        .error(file.location(), fmt::format("tensor {} expects the type {}, found {}", quote(tensor.name),
                                            getDTypeName(parameter.dtype), getDTypeName(tensor.dtype)))
        .note(parameter.layer->location,
              fmt::format("{} has a \"quantization\", so its weights are integers", quote(parameter.layer->name)));
  if (parameter.dtype == DType::F32 && tensor.dtype != DType::F32 && tensor.dtype != DType::F16 &&
      tensor.dtype != DType::BF16)
    return diagnostics
        .error(file.location(), fmt::format("tensor {} expects the type F32, F16 or BF16, found {}", quote(tensor.name),
                                            getDTypeName(tensor.dtype)))
        .note(parameter.layer->location, fmt::format("{} uses it", quote(parameter.layer->name)));
  if (tensor.shape == parameter.shape || (parameter.kind == ParameterKind::KernelScales && tensor.shape == Shape{1}))
    return success();
  Shape otherChannels = tensor.shape;
  if (parameter.kind == ParameterKind::Kernel && tensor.shape.size() == parameter.shape.size()) {
    size_t channels = parameter.shape.size() - 2;
    otherChannels[channels] = parameter.shape[channels];
    if (otherChannels == parameter.shape)
      return reportChannels(parameter, tensor);
  }
  return diagnostics
      .error(parameter.layer->location, fmt::format("{} expects the tensor {} of shape {}, but in {} it has shape {}",
                                                    quote(parameter.layer->name), quote(tensor.name),
                                                    formatShape(parameter.shape), path(), formatShape(tensor.shape)))
      .note("kernels are [height, width, in, out], of depthwise layers [height, width, in, multiplier], of fully "
            "connected ones [in, out]");
}

LogicalResult Matcher::checkSpare() {
  for (const TensorView &tensor : file.tensors())
    if (!needed.count(tensor.name))
      return diagnostics
          .error(file.location(), fmt::format("tensor {} belongs to no layer of the description", quote(tensor.name)))
          .note("tensors are called <layer>/<parameter>; take it out of the file or add its layer");
  return success();
}

static bool isAligned(const TensorView &tensor) {
  return reinterpret_cast<uintptr_t>(tensor.bytes.data()) % getByteWidth(tensor.dtype) == 0;
}

static std::vector<uint8_t> copyBytes(ArrayRef<uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

/// Reports the first of `scales` that does not divide.
static LogicalResult checkScales(const Parameter &parameter, ArrayRef<float> scales, Diagnostics &diagnostics) {
  auto wrong = llvm::find_if(scales, [](float scale) { return !(scale > 0); });
  if (wrong == scales.end())
    return success();
  return diagnostics
      .error(parameter.layer->location, fmt::format("tensor {} expects positive scales, found {} at [{}]",
                                                    quote(parameter.tensor), *wrong, wrong - scales.begin()))
      .note("a scale is the step between two neighbouring integers of the kernel");
}

FailureOr<Weights> Weights::match(SafetensorsFile file, const std::vector<Parameter> &parameters,
                                  const ShapeMap &shapes, Diagnostics &diagnostics) {
  Matcher matcher(file, parameters, shapes, diagnostics);
  if (failed(matcher.checkMissing()))
    return failure();
  for (const Parameter &parameter : parameters)
    if (failed(matcher.checkTensor(parameter)))
      return failure();
  if (failed(matcher.checkSpare()))
    return failure();
  Weights weights;
  for (const Parameter &parameter : parameters) {
    const TensorView &tensor = *file.find(parameter.tensor);
    FailureOr<std::vector<float>> converted = convertToFloat(tensor, file.location(), diagnostics);
    if (failed(converted) ||
        (parameter.kind == ParameterKind::KernelScales && failed(checkScales(parameter, *converted, diagnostics))))
      return failure();
    if (tensor.dtype == parameter.dtype && isAligned(tensor))
      weights.values[parameter.tensor] = tensor;
    else if (tensor.dtype == parameter.dtype)
      weights.add(parameter.tensor, tensor.dtype, tensor.shape, copyBytes(tensor.bytes));
    else
      weights.add(parameter.tensor, DType::F32, tensor.shape, copyBytes(asBytes(ArrayRef<float>(*converted))));
  }
  weights.file = std::move(file);
  return weights;
}

FailureOr<std::optional<uint64_t>> mncc::parseRandomSeed(const std::string &source, Diagnostics &diagnostics) {
  llvm::StringRef text = source;
  uint64_t seed;
  if (!text.consume_front("random:"))
    return std::optional<uint64_t>();
  if (text.getAsInteger(10, seed))
    return diagnostics.error({}, fmt::format("expected a decimal seed after 'random:', found {}", quote(text.str())))
        .note("for example --weights=random:1");
  return std::optional<uint64_t>(seed);
}

/// The path of the weights, or a reported error where nobody names one or the named one is not there.
static FailureOr<std::string> findFile(const Description &description, const std::string &source,
                                       Diagnostics &diagnostics) {
  if (!source.empty())
    return source;
  if (!description.weights)
    return diagnostics.error(description.location, "the description needs the field 'weights'")
        .note("add \"weights\": \"FILE.safetensors\", or run with --weights=FILE, or with --weights=random:1 to try "
              "the network without trained weights");
  std::string path = description.weights->resolve();
  if (!llvm::sys::fs::exists(path))
    return diagnostics
        .error(description.weights->location, fmt::format("'weights' names {}, but there is no such file", quote(path)))
        .note("the path is relative to the description; --weights=FILE takes another file");
  return path;
}

FailureOr<Weights> mncc::loadWeights(const Description &description, const ShapeMap &shapes, const std::string &source,
                                     Diagnostics &diagnostics) {
  FailureOr<std::vector<Parameter>> parameters = listParameters(description, shapes, diagnostics);
  FailureOr<std::optional<uint64_t>> seed = parseRandomSeed(source, diagnostics);
  if (failed(parameters) || failed(seed))
    return failure();
  if (seed->has_value()) {
    diagnostics.warning(description.location,
                        fmt::format("the weights are random (seed {}): the network's answers mean nothing", **seed));
    return Weights::makeRandom(*parameters, **seed);
  }
  FailureOr<std::string> path = findFile(description, source, diagnostics);
  if (failed(path))
    return failure();
  FailureOr<SafetensorsFile> file = SafetensorsFile::open(*path, diagnostics);
  if (failed(file))
    return failure();
  return Weights::match(std::move(*file), *parameters, shapes, diagnostics);
}
