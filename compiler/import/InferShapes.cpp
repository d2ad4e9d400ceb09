// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/InferShapes.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;

int64_t mncc::countElements(const Shape &shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count *= size;
  return count;
}

std::array<int64_t, 2> mncc::getWindowSize(const Layer &layer) {
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::DepthwiseConv2D:
    return layer.kernelSize;
  case LayerOp::AveragePool:
  case LayerOp::MaxPool:
    return layer.poolSize;
  default:
    return {1, 1};
  }
}

/// Pixels that a window covers along `dimension`.
static int64_t getReach(const Layer &layer, int dimension) {
  return (getWindowSize(layer)[dimension] - 1) * layer.dilations[dimension] + 1;
}

std::array<int64_t, 4> mncc::resolvePadding(const Layer &layer, const Shape &input) {
  if (layer.padding.kind != Padding::Kind::Same)
    return layer.padding.pixels;
  std::array<int64_t, 4> pixels;
  for (int dimension : {0, 1}) {
    int64_t stride = layer.strides[dimension];
    int64_t outputs = (input[dimension] + stride - 1) / stride;
    int64_t total = std::max<int64_t>((outputs - 1) * stride + getReach(layer, dimension) - input[dimension], 0);
    pixels[2 * dimension] = total / 2;
    pixels[2 * dimension + 1] = total - total / 2;
  }
  return pixels;
}

namespace {

/// Infers layer by layer; each function is one kind of op.
class Inference {
public:
  Inference(const Description &description, Diagnostics &diagnostics)
      : description(description), diagnostics(diagnostics) {}

  FailureOr<ShapeMap> run();

private:
  const Description &description;
  Diagnostics &diagnostics;
  ShapeMap shapes;

  const Shape &inputShape(const Layer &layer, size_t index = 0) const {
    return shapes.find(layer.inputs[index])->second;
  }
  /// "'relu_2' has shape [16, 16, 32]".
  std::string describeInput(const Layer &layer, size_t index = 0) const {
    return fmt::format("{} has shape {}", quote(layer.inputs[index]), formatShape(inputShape(layer, index)));
  }
  /// "'conv_3' expects …, but …" at the layer.
  Diagnostic &report(const Layer &layer, std::string_view expected, const std::string &found) {
    return diagnostics.error(layer.location, fmt::format("{} expects {}, but {}", quote(layer.name), expected, found));
  }

  FailureOr<Shape> infer(const Layer &layer);
  FailureOr<Shape> slideWindow(const Layer &layer, int64_t channels);
  FailureOr<Shape> multiplyVector(const Layer &layer);
  FailureOr<Shape> broadcast(const Layer &layer);
  FailureOr<Shape> poolGlobally(const Layer &layer);
  FailureOr<Shape> reshape(const Layer &layer);
  FailureOr<Shape> concatenate(const Layer &layer);
  FailureOr<Shape> padImage(const Layer &layer);
  FailureOr<Shape> resizeImage(const Layer &layer);
  llvm::LogicalResult checkImage(const Layer &layer);
  llvm::LogicalResult checkSize(const std::string &name, const SourceLocation &place, const Shape &shape);
};

} // namespace

llvm::LogicalResult Inference::checkImage(const Layer &layer) {
  if (inputShape(layer).size() == 3)
    return llvm::success();
  return report(layer, "an image [height, width, channels]", describeInput(layer))
      .note("a 'reshape' layer before it can make an image of a vector");
}

FailureOr<Shape> Inference::slideWindow(const Layer &layer, int64_t channels) {
  const Shape &input = inputShape(layer);
  std::array<int64_t, 4> padding = resolvePadding(layer, input);
  Shape output;
  for (int dimension : {0, 1}) {
    int64_t padded = input[dimension] + padding[2 * dimension] + padding[2 * dimension + 1];
    int64_t reach = getReach(layer, dimension);
    if (reach > padded)
      return report(layer, "a window that fits into its padded input",
                    fmt::format("along the {} it covers {} pixels of {}", dimension == 0 ? "height" : "width", reach,
                                padded))
          .note(fmt::format("{}; use padding \"same\", a smaller window or a larger input", describeInput(layer)));
    output.push_back((padded - reach) / layer.strides[dimension] + 1);
  }
  output.push_back(channels);
  return output;
}

FailureOr<Shape> Inference::multiplyVector(const Layer &layer) {
  Shape shape = inputShape(layer);
  if (countElements(shape) != shape.back())
    return report(layer, "a vector", describeInput(layer))
        .note("put a 'flatten' or a 'global_average_pool' layer before it");
  shape.back() = layer.units;
  return shape;
}

FailureOr<Shape> Inference::broadcast(const Layer &layer) {
  const Shape &left = inputShape(layer, 0), &right = inputShape(layer, 1);
  auto isVector = [](const Shape &shape) { return countElements(shape) == shape.back(); };
  if (left == right || (isVector(right) && right.back() == left.back() && left.size() >= right.size()))
    return left;
  if (isVector(left) && left.back() == right.back() && right.size() >= left.size())
    return right;
  return report(layer, "inputs of equal shape, or one of them [1, 1, channels] or [channels]",
                fmt::format("{} and {}", describeInput(layer, 0), describeInput(layer, 1)))
      .note("check strides and filters of the layers on both ways to here");
}

FailureOr<Shape> Inference::poolGlobally(const Layer &layer) {
  int64_t channels = inputShape(layer).back();
  return layer.keepDims ? Shape{1, 1, channels} : Shape{channels};
}

FailureOr<Shape> Inference::reshape(const Layer &layer) {
  int64_t elements = countElements(inputShape(layer)), known = 1;
  for (int64_t size : layer.shape)
    if (size > 0 && __builtin_mul_overflow(known, size, &known))
      known = INT64_MAX;
  Shape shape = layer.shape;
  auto open = llvm::find(shape, -1);
  if (open != shape.end() && elements % known == 0)
    *open = elements / known;
  if (llvm::is_contained(shape, -1) || (open == shape.end() && known != elements))
    return report(layer, fmt::format("an input that fills its shape {}", formatShape(layer.shape)),
                  fmt::format("{}, which are {} values", describeInput(layer), elements))
        .note("one dimension may be -1 and takes what the others leave");
  return shape;
}

FailureOr<Shape> Inference::concatenate(const Layer &layer) {
  Shape shape = inputShape(layer);
  int64_t rank = shape.size(), axis = layer.axis < 0 ? rank + layer.axis : layer.axis - 1;
  if (axis < 0 || axis >= rank)
    return report(layer, fmt::format("inputs with an axis {}", layer.axis), describeInput(layer))
        .note("the batch counts: in an image 1 is the height, 2 the width, 3 or -1 the channels");
  for (size_t i = 1; i < layer.inputs.size(); ++i) {
    Shape next = inputShape(layer, i);
    bool fits = next.size() == shape.size();
    int64_t size = fits ? next[axis] : 0;
    if (fits)
      next[axis] = shape[axis];
    if (next != shape)
      return report(layer, fmt::format("inputs that differ only along axis {}", layer.axis),
                    fmt::format("{} and {}", describeInput(layer, 0), describeInput(layer, i)))
          .note("check strides and axis; concatenated tensors are equal along all other axes");
    shape[axis] += size;
  }
  return shape;
}

FailureOr<Shape> Inference::padImage(const Layer &layer) {
  const Shape &input = inputShape(layer);
  const std::array<int64_t, 4> &pixels = layer.padding.pixels;
  return Shape{input[0] + pixels[0] + pixels[1], input[1] + pixels[2] + pixels[3], input[2]};
}

FailureOr<Shape> Inference::resizeImage(const Layer &layer) {
  return Shape{layer.size[0], layer.size[1], inputShape(layer)[2]};
}

/// Whether `op` works on the pixels of an image.
static bool takesImage(LayerOp op) {
  return llvm::is_contained({LayerOp::Conv2D, LayerOp::DepthwiseConv2D, LayerOp::PointwiseConv2D, LayerOp::AveragePool,
                             LayerOp::MaxPool, LayerOp::GlobalAveragePool, LayerOp::Pad, LayerOp::Resize},
                            op);
}

FailureOr<Shape> Inference::infer(const Layer &layer) {
  if (takesImage(layer.op) && failed(checkImage(layer)))
    return failure();
  switch (layer.op) {
  case LayerOp::Conv2D:
  case LayerOp::PointwiseConv2D:
    return slideWindow(layer, layer.filters);
  case LayerOp::DepthwiseConv2D:
    return slideWindow(layer, inputShape(layer)[2] * layer.depthMultiplier);
  case LayerOp::AveragePool:
  case LayerOp::MaxPool:
    return slideWindow(layer, inputShape(layer)[2]);
  case LayerOp::GlobalAveragePool:
    return poolGlobally(layer);
  case LayerOp::Pad:
    return padImage(layer);
  case LayerOp::Resize:
    return resizeImage(layer);
  case LayerOp::FullyConnected:
    return multiplyVector(layer);
  case LayerOp::Add:
  case LayerOp::Mul:
    return broadcast(layer);
  case LayerOp::Flatten:
    return Shape{countElements(inputShape(layer))};
  case LayerOp::Reshape:
    return reshape(layer);
  case LayerOp::Concat:
    return concatenate(layer);
  default:
    return inputShape(layer);
  }
}

llvm::LogicalResult Inference::checkSize(const std::string &name, const SourceLocation &place, const Shape &shape) {
  int64_t bytes = sizeof(float);
  for (int64_t size : shape)
    if (__builtin_mul_overflow(bytes, size, &bytes) || bytes >= kTensorBytesLimit)
      return diagnostics
          .error(place, fmt::format("{} expects a tensor of less than 2^31 bytes, but its shape is {}", quote(name),
                                    formatShape(shape)))
          .note("a value has 4 bytes; use a smaller shape");
  return llvm::success();
}

FailureOr<ShapeMap> Inference::run() {
  for (const InputTensor &input : description.inputs) {
    if (failed(checkSize(input.name, input.location, input.shape)))
      return failure();
    shapes[input.name] = input.shape;
  }
  for (const Layer &layer : description.layers) {
    FailureOr<Shape> shape = infer(layer);
    if (failed(shape) || failed(checkSize(layer.name, layer.location, *shape)))
      return failure();
    shapes[layer.name] = std::move(*shape);
  }
  return std::move(shapes);
}

FailureOr<ShapeMap> mncc::inferShapes(const Description &description, Diagnostics &diagnostics) {
  return Inference(description, diagnostics).run();
}
