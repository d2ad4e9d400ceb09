// SPDX-License-Identifier: Apache-2.0
// What the families of MobileNets have in common: how layers follow each other, and the fields of the compact form that
// all have.
#ifndef MNCC_COMPILER_IMPORT_ARCHITECTUREBUILDER_H
#define MNCC_COMPILER_IMPORT_ARCHITECTUREBUILDER_H

#include "compiler/import/Description.h"
#include "compiler/import/JsonFields.h"

namespace mncc {

/// What stands after a batch norm.
enum class Activation { None, Relu, Relu6, HardSwish };

/// The end of a network: global pool, and fully connected layer with softmax where there is a classifier.
struct Classifier {
  int64_t numClasses = 0;
  bool exists = true, hasSoftmax = true;
  double dropout = 0;
};

/// The fields that every family has.
struct ArchitectureFields {
  /// α, above 0.
  double widthMultiplier = 1;
  double epsilon = 0.001;
  Classifier classifier;

  /// Reads "width_multiplier", "batch_norm_epsilon", "classifier", "num_classes", "softmax", "dropout". What is wrong
  /// is reported through `fields`.
  void read(JsonFields &fields, Diagnostics &diagnostics);
};

/// Reads the array of objects "blocks" where it is there: calls `readBlock` with each of its 1 to 1000 items. Returns
/// whether it is there.
bool readBlocks(JsonFields &fields, llvm::function_ref<void(const JsonValue &)> readBlock, Diagnostics &diagnostics);

/// The multiple of 8 that is nearest to `channels`, at least 8 and at least 90 % of it: the rule of MobileNetV2 and V3.
int64_t makeDivisible(double channels);

/// Appends layers to a description, each to the one before it.
class ArchitectureBuilder {
public:
  /// `description` has one input and must outlive this.
  ArchitectureBuilder(Description &description, double epsilon) : description(description), epsilon(epsilon) {}

  /// The name of the layer that the next one reads: the last one, or the input.
  const std::string &last() const;
  /// A layer that reads the last one. The reference holds until the next one is appended.
  Layer &append(std::string name, LayerOp op, const SourceLocation &location);
  /// A layer without bias for the padding "same", before a batch norm.
  Layer &appendConvolution(std::string name, LayerOp op, int64_t kernelSize, std::array<int64_t, 2> strides,
                           const SourceLocation &location);
  /// NAME_bn, and NAME_relu6 or its like.
  void appendNormalization(const std::string &name, Activation activation, const SourceLocation &location);
  /// NAME_relu6 or its like; nothing for `None`.
  void appendActivation(const std::string &name, Activation activation, const SourceLocation &location);
  /// dropout, fc and softmax; nothing where there is no classifier.
  void appendClassifier(const Classifier &classifier, const SourceLocation &location);

private:
  Description &description;
  double epsilon;
};

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_ARCHITECTUREBUILDER_H
