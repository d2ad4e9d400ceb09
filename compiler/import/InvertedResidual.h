// SPDX-License-Identifier: Apache-2.0
// The block of MobileNetV2 and V3: expand, depthwise, squeeze-and-excite, project, add.
#ifndef MNCC_COMPILER_IMPORT_INVERTEDRESIDUAL_H
#define MNCC_COMPILER_IMPORT_INVERTEDRESIDUAL_H

#include "compiler/import/ArchitectureBuilder.h"

namespace mncc {

/// One block (MobileNetV2, arXiv 1801.04381, table 1 and figure 4; MobileNetV3, arXiv 1905.02244, figure 4).
struct InvertedResidual {
  /// Channels of the depthwise convolution for each channel of the input; 1 leaves `expand` out.
  double expansion = 6;
  /// Channels of the result, before the width multiplier.
  int64_t filters = 0;
  std::array<int64_t, 2> strides = {1, 1};
  int64_t kernelSize = 3;
  bool squeezeExcite = false;
  Activation activation = Activation::Relu6;
  SourceLocation location;
};

/// Reads "expansion", a number of at least 1, into `block`.
void readExpansion(JsonFields &fields, InvertedResidual &block, Diagnostics &diagnostics);

/// Appends the stem, the blocks and the head of a network of inverted residuals.
class InvertedResidualBuilder {
public:
  /// `description` has one input and must outlive this.
  InvertedResidualBuilder(const ArchitectureFields &fields, Description &description)
      : fields(fields), layers(description, fields.epsilon) {}

  /// conv: a 3x3 convolution of stride 2 to `filters` times the width multiplier.
  void appendStem(int64_t filters, Activation activation, const SourceLocation &location);
  /// expand_N, dw_N, squeeze_N to scale_N, project_N, add_N; the last where strides are 1 and channels stay.
  void appendBlock(const InvertedResidual &block);
  /// NAME: a pointwise convolution to exactly `filters`, normalized.
  void appendPointwise(const std::string &name, int64_t filters, Activation activation, const SourceLocation &location);
  /// The width multiplier's share of `filters`, rounded by makeDivisible().
  int64_t scale(double filters) const { return makeDivisible(filters * fields.widthMultiplier); }

  ArchitectureBuilder &getLayers() { return layers; }
  /// Channels of the last layer.
  int64_t getChannels() const { return channels; }

private:
  const ArchitectureFields &fields;
  ArchitectureBuilder layers;
  int64_t channels = 0;
  size_t blocks = 0;

  void appendSqueezeExcite(const InvertedResidual &block);
};

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_INVERTEDRESIDUAL_H
