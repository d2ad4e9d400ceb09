// SPDX-License-Identifier: Apache-2.0
// A model description in memory: the explicit form, in plain structs. docs/model-format.md explains every field.
#ifndef MNCC_COMPILER_IMPORT_DESCRIPTION_H
#define MNCC_COMPILER_IMPORT_DESCRIPTION_H

#include "compiler/Options.h"
#include "compiler/import/Diagnostics.h"

#include "llvm/ADT/ArrayRef.h"

#include <array>
#include <map>
#include <optional>

namespace mncc {

/// Dimensions of a tensor without the batch, which is 1: [height, width, channels] or [channels].
using Shape = std::vector<int64_t>;

/// What a layer computes, in the order of docs/model-format.md.
enum class LayerOp {
  Conv2D,
  DepthwiseConv2D,
  PointwiseConv2D,
  FullyConnected,
  BatchNorm,
  Relu,
  Relu6,
  Sigmoid,
  HardSwish,
  HardSigmoid,
  Softmax,
  Add,
  Mul,
  AveragePool,
  MaxPool,
  GlobalAveragePool,
  Flatten,
  Reshape,
  Concat,
  Pad,
  Resize,
  Dropout,
  Quantize,
  Dequantize
};

/// One row of the table of ops.
struct OpInfo {
  LayerOp op;
  /// The op's name in descriptions.
  std::string_view name;
  /// How many tensors it takes.
  int64_t leastInputs, mostInputs;
};

/// Whether `op` has a kernel and perhaps a bias: a convolution or a fully connected layer.
bool isWeighted(LayerOp op);
/// Whether `op` has, on integers, an activation of its own.
bool clampsIntegers(LayerOp op);
/// All ops, in the order of LayerOp.
llvm::ArrayRef<OpInfo> getOps();
/// The row of `op`.
const OpInfo &getOpInfo(LayerOp op);
/// The names of all ops.
std::vector<std::string> getOpNames();

/// Pixels around an image: TFLite's "same" (computed from the sizes), none, or stated numbers.
struct Padding {
  enum class Kind { Valid, Same, Explicit };
  Kind kind = Kind::Valid;
  /// Top, bottom, left, right; used by Explicit.
  std::array<int64_t, 4> pixels = {0, 0, 0, 0};
  bool operator==(const Padding &) const = default;
};

/// How `resize` samples.
enum class ResizeMethod { Nearest, Bilinear };

/// The integers of a quantised tensor.
enum class QuantizedType { Int8, UInt8 };

/// "int8" or "uint8".
std::string_view getQuantizedTypeName(QuantizedType type);

/// The least and the largest integer of a type.
struct QuantizedRange {
  int64_t least, most;
};

/// The integers of `type`.
QuantizedRange getQuantizedRange(QuantizedType type);

/// What the integers of a tensor stand for: scale * (integer - zeroPoint).
struct TensorQuantization {
  QuantizedType type = QuantizedType::Int8;
  float scale = 1;
  int64_t zeroPoint = 0;
  SourceLocation location;

  /// True where both stand for the same numbers, wherever they are written.
  bool operator==(const TensorQuantization &other) const {
    return type == other.type && scale == other.scale && zeroPoint == other.zeroPoint;
  }
};

/// What a layer on integers clamps its results to, in the step that gives them their scale.
enum class LayerActivation { None, Relu, Relu6 };

/// One layer. Each field that is an attribute is used by the ops that docs/model-format.md lists it for.
struct Layer {
  std::string name;
  LayerOp op = LayerOp::Relu;
  /// Names of layers or inputs of the network.
  std::vector<std::string> inputs;
  /// The layer's place in the description: its name, or the part of the architecture that it comes from.
  SourceLocation location;
  /// The places of `inputs`.
  std::vector<SourceLocation> inputLocations;

  int64_t filters = 0, units = 0, depthMultiplier = 1;
  std::array<int64_t, 2> kernelSize = {1, 1}, strides = {1, 1}, dilations = {1, 1}, poolSize = {1, 1}, size = {1, 1};
  Padding padding;
  bool useBias = true;
  /// Batch norm: whether it has gamma and beta.
  bool scale = true, center = true;
  double epsilon = 0.001, rate = 0;
  bool keepDims = false;
  /// Reshape: the new shape; one dimension may be -1.
  Shape shape;
  /// Concat: the batch counts, so 3 and -1 are the channels of an image.
  int64_t axis = -1;
  ResizeMethod method = ResizeMethod::Nearest;
  bool alignCorners = false, halfPixelCenters = false;

  /// Of the result; without it the result is of floats.
  std::optional<TensorQuantization> quantization;
  LayerActivation activation = LayerActivation::None;
  /// The integer that stands for 0 in the kernel of a layer on integers.
  int64_t filterZeroPoint = 0;
  /// Whose rounding the layer has; without it that of the command line.
  std::optional<Numerics> numerics;
};

/// How an image becomes the network's input: crop, resize, pad, order of channels, then (pixel * scale - mean) / std.
struct Preprocessing {
  enum class ChannelOrder { Rgb, Bgr, Gray };
  enum class Resize { Bilinear, Nearest, None };
  enum class Crop { None, Center, Box };
  ChannelOrder channelOrder = ChannelOrder::Rgb;
  double scale = 1;
  /// One value a channel of the input.
  std::vector<double> mean, std;
  Resize resize = Resize::Bilinear;
  Crop crop = Crop::None;
  /// x, y, width, height in pixels of the image; used by Crop::Box.
  std::array<int64_t, 4> cropBox = {0, 0, 0, 0};
  /// Zero pixels added after the resize: top, bottom, left, right.
  std::array<int64_t, 4> pad = {0, 0, 0, 0};
  bool operator==(const Preprocessing &) const = default;
};

/// One input of the network.
struct InputTensor {
  std::string name = "input";
  Shape shape;
  std::optional<Preprocessing> preprocessing;
  SourceLocation location;
  /// Without it the input is of floats.
  std::optional<TensorQuantization> quantization;
};

/// A file that a description names, relative to the description's own directory.
struct FileReference {
  std::string path;
  SourceLocation location;

  /// The path from here: relative to the directory of the file that names it.
  std::string resolve() const;
};

/// A whole network. After checkGraph() layers stand after the layers they use, every name is known and `outputs` is
/// set.
struct Description {
  std::string name;
  std::vector<InputTensor> inputs;
  std::vector<Layer> layers;
  /// Names of layers.
  std::vector<std::string> outputs;
  std::vector<SourceLocation> outputLocations;
  std::optional<FileReference> weights, labels;
  SourceLocation location;
};

/// The largest dimension, number of filters or units that a description may state.
inline constexpr int64_t kLargestDimension = 65536;
/// The largest kernel, stride, dilation, padding and depth multiplier.
inline constexpr int64_t kLargestWindow = 1024;
/// A tensor of f32 values has fewer bytes than this.
inline constexpr int64_t kTensorBytesLimit = int64_t(1) << 31;

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_DESCRIPTION_H
