// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ImportModel.h"

#include "compiler/import/Labels.h"
#include "compiler/import/tflite/ReadTflite.h"
#include "compiler/import/tflite/TfliteFile.h"

#include "llvm/ADT/STLExtras.h"

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

/// HDF5 files start with eight bytes (HDF5 File Format Specification, II.A).
static bool isHdf5(const SourceFile &file) { return file.text.starts_with("\x89HDF\r\n\x1a\n"); }

FailureOr<NetworkFile> mncc::loadNetwork(const std::string &path, Diagnostics &diagnostics) {
  FailureOr<std::shared_ptr<const SourceFile>> file = readSourceFile(path, diagnostics);
  if (failed(file))
    return failure();
  if (isTflite(**file) || llvm::StringRef(path).ends_with(".tflite")) {
    FailureOr<WeightedDescription> read = readTflite(std::move(*file), diagnostics);
    if (failed(read))
      return failure();
    return NetworkFile{std::move(read->checked), std::move(read->weights)};
  }
  if (isHdf5(**file))
    return diagnostics
        .error({*file, 0}, "expects a description in JSON or a TFLite file, found HDF5, as Keras writes it")
        .note("models/import_keras.py " + path + " -o DIR makes a description and weights of it");
  FailureOr<CheckedDescription> checked = loadDescription(std::move(*file), diagnostics);
  if (failed(checked))
    return failure();
  return NetworkFile{std::move(*checked), std::nullopt};
}

/// Loads the weights of a description; those of another format are there already.
static LogicalResult takeWeights(NetworkFile &network, const std::string &source, Diagnostics &diagnostics) {
  if (network.weights && !source.empty())
    return diagnostics.error(network.checked.description.location, "expects no --weights, for the file has its own")
        .note("leave --weights out");
  if (network.weights)
    return success();
  FailureOr<Weights> weights = loadWeights(network.checked.description, network.checked.shapes, source, diagnostics);
  if (succeeded(weights))
    network.weights = std::move(*weights);
  return weights;
}

/// Reports --numerics where it is no layer's.
static LogicalResult checkNumerics(const Description &description, Diagnostics &diagnostics) {
  auto isOfIntegers = [](const auto &tensor) { return tensor.quantization.has_value(); };
  bool hasLayers = llvm::any_of(description.layers, isOfIntegers);
  auto isStated = [&](const Layer &layer) { return !isOfIntegers(layer) || layer.numerics; };
  if (hasLayers && llvm::all_of(description.layers, isStated))
    return diagnostics.error(description.location, "expects no --numerics, for each layer of integers has its own")
        .note("a layer's \"numerics\" comes first; take it out of those that are to follow the option");
  if (hasLayers || llvm::any_of(description.inputs, isOfIntegers))
    return success();
  return diagnostics.error(description.location, "expects no --numerics, for the network computes in floats")
      .note("--numerics says how integers are rounded; give a quantised model, or leave it out");
}

FailureOr<ImportedModel> mncc::importModel(const std::string &path, const Options &options, mlir::MLIRContext &context,
                                           Diagnostics &diagnostics) {
  FailureOr<NetworkFile> network = loadNetwork(path, diagnostics);
  if (failed(network) || (options.numerics && failed(checkNumerics(network->checked.description, diagnostics))))
    return failure();
  CheckedDescription &checked = network->checked;
  FailureOr<std::vector<std::string>> labels = loadLabels(checked.description, checked.shapes, diagnostics);
  if (failed(labels) || failed(takeWeights(*network, options.weights, diagnostics)))
    return failure();
  auto module = buildModule(context, checked, *network->weights, options, diagnostics);
  if (failed(module))
    return failure();
  return ImportedModel{std::move(checked), std::move(*module), std::move(*labels)};
}
