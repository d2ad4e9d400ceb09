// SPDX-License-Identifier: Apache-2.0
// One operator of a TFLite file as layers of a description.
#ifndef MNCC_COMPILER_IMPORT_TFLITE_TFLITELAYERS_H
#define MNCC_COMPILER_IMPORT_TFLITE_TFLITELAYERS_H

#include "compiler/import/Weights.h"
#include "compiler/import/tflite/TfliteTensors.h"

namespace mncc {

/// Appends the layers of one operator after the other to a description, and their weights.
class TfliteLayers {
public:
  /// All must outlive this.
  TfliteLayers(TfliteFile &file, Description &description, Weights &weights, Diagnostics &diagnostics)
      : file(file), description(description), weights(weights), diagnostics(diagnostics) {}

  /// Appends the layers of `op`. Reports an operator that a description cannot say.
  llvm::LogicalResult read(const tflite::Operator &op);

private:
  TfliteFile &file;
  Description &description;
  Weights &weights;
  Diagnostics &diagnostics;

  int32_t resultOf(const tflite::Operator &op) const { return op.outputs()->Get(0); }
  SourceLocation placeOf(const tflite::Operator &op) const { return file.location(resultOf(op)); }
  Diagnostic &report(const tflite::Operator &op, std::string_view expected, const std::string &found);
  Diagnostic &reportOptions(const tflite::Operator &op);
  Diagnostic &reportUnknown(const tflite::Operator &op);
  llvm::LogicalResult checkInputs(const tflite::Operator &op, unsigned least, unsigned most);
  llvm::FailureOr<Layer> startLayer(const tflite::Operator &op, LayerOp kind, unsigned dataInputs = 1,
                                    tflite::Activation activation = tflite::Activation_NONE);
  void finishLayer(const tflite::Operator &op, Layer layer);
  llvm::LogicalResult addSimple(const tflite::Operator &op, LayerOp kind);

  /// A convolution whose window and weights are still to be added.
  struct Convolution {
    Shape image;
    Layer layer;
    TfliteConstant filter;
  };
  template <typename Options>
  llvm::FailureOr<Convolution> startConvolution(const tflite::Operator &op, LayerOp kind, const Options *options,
                                                size_t channelAxis);
  llvm::LogicalResult addConv2D(const tflite::Operator &op);
  llvm::LogicalResult addDepthwise(const tflite::Operator &op);
  llvm::LogicalResult addFullyConnected(const tflite::Operator &op);
  template <typename Options>
  llvm::LogicalResult addBinary(const tflite::Operator &op, LayerOp kind, const Options *options);
  bool hasConstant(const tflite::Operator &op) const;
  llvm::FailureOr<TfliteConstant> readChannels(const tflite::Operator &op, std::string_view what,
                                               tflite::TensorType type, int64_t channels);
  llvm::LogicalResult addProduct(const tflite::Operator &op);
  llvm::LogicalResult addSum(const tflite::Operator &op);
  llvm::LogicalResult addFloatSum(const tflite::Operator &op, Layer layer, int64_t channels);
  llvm::FailureOr<std::string> addOperand(const tflite::Operator &op, const Layer &layer, std::string_view what,
                                          int64_t channels);
  void addConstant(const Layer &layer, const TfliteConstant &constant, float scale, int64_t channels);
  llvm::LogicalResult finishWithConstant(const tflite::Operator &op, Layer layer, std::string_view what,
                                         int64_t channels);
  llvm::LogicalResult addPool(const tflite::Operator &op, LayerOp kind);
  llvm::LogicalResult addConcat(const tflite::Operator &op);
  llvm::LogicalResult addSoftmax(const tflite::Operator &op);
  llvm::LogicalResult addMean(const tflite::Operator &op);
  llvm::LogicalResult addPad(const tflite::Operator &op);
  llvm::LogicalResult addReshape(const tflite::Operator &op);
  llvm::LogicalResult addResize(const tflite::Operator &op, ResizeMethod method, bool alignCorners,
                                bool halfPixelCenters);

  llvm::LogicalResult readWindow(const tflite::Operator &op, std::array<int64_t, 2> size,
                                 std::array<int64_t, 2> strides, tflite::Padding padding, Layer &layer);
  llvm::FailureOr<Shape> readImage(const tflite::Operator &op);
  llvm::FailureOr<TfliteConstant> readFilter(const tflite::Operator &op, const Layer &layer, size_t rank, size_t axis);
  llvm::FailureOr<TfliteConstant> readArgument(const tflite::Operator &op, std::string_view what, Shape shape);
  void flattenInput(Layer &layer, int32_t input);
  llvm::LogicalResult addWeights(const tflite::Operator &op, Layer &layer, const TfliteConstant &filter, Shape shape);
  llvm::LogicalResult addBias(const tflite::Operator &op, Layer &layer, const TfliteConstant &filter, int64_t channels);
  llvm::LogicalResult checkBiasScales(const tflite::Operator &op, const TfliteConstant &filter,
                                      const TfliteConstant &bias);
};

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_TFLITE_TFLITELAYERS_H
