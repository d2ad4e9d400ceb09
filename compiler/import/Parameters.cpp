// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Parameters.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failure;
using llvm::FailureOr;

std::string_view mncc::getParameterName(ParameterKind kind) {
  static constexpr std::string_view kNames[] = {"kernel", "bias", "kernel_scales", "gamma", "beta", "mean", "variance"};
  return kNames[static_cast<size_t>(kind)];
}

static Parameter makeParameter(const Layer &layer, ParameterKind kind, Shape shape) {
  DType dtype = DType::F32;
  if (layer.quantization && kind == ParameterKind::Kernel)
    dtype = DType::I8;
  if (layer.quantization && kind == ParameterKind::Bias)
    dtype = DType::I32;
  return {&layer, kind, fmt::format("{}/{}", layer.name, getParameterName(kind)), std::move(shape), dtype};
}

/// The kernel of a convolution or fully connected layer that takes `input` and gives `output`.
static Parameter makeKernel(const Layer &layer, const Shape &input, const Shape &output) {
  std::array<int64_t, 2> window = getWindowSize(layer);
  int64_t in = input.back();
  Shape shape = {window[0], window[1], in, output.back()};
  int64_t fanIn = window[0] * window[1] * in;
  if (layer.op == LayerOp::DepthwiseConv2D) {
    shape.back() = layer.depthMultiplier;
    fanIn = window[0] * window[1];
  } else if (layer.op == LayerOp::FullyConnected) {
    shape = {in, output.back()};
  }
  Parameter kernel = makeParameter(layer, ParameterKind::Kernel, std::move(shape));
  kernel.fanIn = fanIn;
  return kernel;
}

/// Appends what `layer` needs.
static void appendParameters(const Layer &layer, const ShapeMap &shapes, std::vector<Parameter> &parameters) {
  const Shape &input = shapes.find(layer.inputs.front())->second, &output = shapes.find(layer.name)->second;
  size_t first = parameters.size();
  auto append = [&](ParameterKind kind) { parameters.push_back(makeParameter(layer, kind, {output.back()})); };
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::DepthwiseConv2D:
  case LayerOp::PointwiseConv2D:
  case LayerOp::FullyConnected:
    parameters.push_back(makeKernel(layer, input, output));
    if (layer.useBias)
      append(ParameterKind::Bias);
    if (layer.quantization) {
      int64_t fanIn = parameters[first].fanIn;
      append(ParameterKind::KernelScales);
      parameters.back().fanIn = fanIn;
    }
    return;
  case LayerOp::BatchNorm:
    if (layer.scale)
      append(ParameterKind::Gamma);
    if (layer.center)
      append(ParameterKind::Beta);
    append(ParameterKind::Mean);
    append(ParameterKind::Variance);
    return;
  default:
    return;
  }
}

/// Bytes of a tensor of f32 values, or a value at or above the limit.
static int64_t countBytes(const Shape &shape) {
  int64_t bytes = sizeof(float);
  for (int64_t size : shape)
    if (__builtin_mul_overflow(bytes, size, &bytes) || bytes >= kTensorBytesLimit)
      return kTensorBytesLimit;
  return bytes;
}

FailureOr<std::vector<Parameter>> mncc::listParameters(const Description &description, const ShapeMap &shapes,
                                                       Diagnostics &diagnostics) {
  std::vector<Parameter> parameters;
  for (const Layer &layer : description.layers)
    appendParameters(layer, shapes, parameters);
  for (const Parameter &parameter : parameters)
    if (countBytes(parameter.shape) >= kTensorBytesLimit)
      return diagnostics
          .error(parameter.layer->location,
                 fmt::format("{} expects weights of less than 2^31 bytes, but its {} has shape {}",
                             quote(parameter.layer->name), getParameterName(parameter.kind),
                             formatShape(parameter.shape)))
          .note("a value has 4 bytes; use fewer channels or a smaller window");
  return parameters;
}

static int64_t addSaturated(int64_t a, int64_t b) {
  int64_t sum;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

NetworkSize mncc::countParameters(const ShapeMap &shapes, const std::vector<Parameter> &parameters) {
  NetworkSize size;
  for (const Parameter &parameter : parameters) {
    int64_t elements = countElements(parameter.shape);
    // Trained with the kernel's values, not besides them.
    if (parameter.kind == ParameterKind::KernelScales)
      continue;
    bool isStatistic = parameter.kind == ParameterKind::Mean || parameter.kind == ParameterKind::Variance;
    size.parameters = addSaturated(size.parameters, elements);
    size.trainableParameters = addSaturated(size.trainableParameters, isStatistic ? 0 : elements);
    if (parameter.kind != ParameterKind::Kernel)
      continue;
    int64_t outputs = countElements(shapes.find(parameter.layer->name)->second), products;
    if (__builtin_mul_overflow(outputs, parameter.fanIn, &products))
      products = INT64_MAX;
    size.multiplyAdds = addSaturated(size.multiplyAdds, products);
  }
  return size;
}
