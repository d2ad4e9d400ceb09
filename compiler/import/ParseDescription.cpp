// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ParseDescription.h"

#include "compiler/import/CheckGraph.h"
#include "compiler/import/CheckQuantization.h"
#include "compiler/import/ExpandArchitecture.h"
#include "compiler/import/ParseLayer.h"
#include "compiler/import/ParsePreprocessing.h"
#include "compiler/import/ParseQuantization.h"

#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

static LogicalResult parseInput(const JsonValue &value, InputTensor &input, Diagnostics &diagnostics) {
  JsonFields fields(value, "an input", diagnostics);
  input.location = value.location;
  if (fields.readString("name", input.name))
    input.location = fields.find("name")->location;
  bool hasShape = fields.readIntegers("shape", input.shape, {1, 3}, {1, kLargestDimension}, Presence::Required);
  readQuantization(fields, input.quantization, diagnostics);
  const JsonValue *preprocessing = fields.find("preprocessing");
  if (preprocessing && hasShape) {
    FailureOr<Preprocessing> parsed = parsePreprocessing(*preprocessing, input.shape, diagnostics);
    if (succeeded(parsed))
      input.preprocessing = std::move(*parsed);
  }
  return fields.finish();
}

/// Reads "input" (one object) or "inputs" (an array of them).
static LogicalResult readInputs(JsonFields &fields, Description &description, Diagnostics &diagnostics) {
  const JsonValue *single = fields.find("input"), *several = fields.find("inputs");
  if (single && several)
    return diagnostics.error(several->location, "expected either 'input' or 'inputs', found both")
        .note(single->location, "'input' is here; 'inputs' lists several");
  if (single)
    return parseInput(*single, description.inputs.emplace_back(), diagnostics);
  if (!several)
    return success(); // parseDescription() knows whether something else is wrong.
  auto *array = several->getIf<JsonValue::Array>();
  if (!array || array->empty())
    return reportMismatch(*several, "inputs", "an array of at least one object", diagnostics);
  LogicalResult result = success();
  for (const JsonValue &item : *array)
    if (failed(parseInput(item, description.inputs.emplace_back(), diagnostics)))
      result = failure();
  return result;
}

/// A layer without "inputs" takes the one before it, the first one the network's input.
static LogicalResult defaultInputs(Description &description, Diagnostics &diagnostics) {
  for (size_t i = 0; i < description.layers.size(); ++i) {
    Layer &layer = description.layers[i];
    if (!layer.inputs.empty())
      continue;
    if (i == 0 && description.inputs.size() != 1)
      return diagnostics.error(layer.location, fmt::format("layer {} needs the field 'inputs'", quote(layer.name)))
          .note(fmt::format("the network has {} inputs, so the first layer must name the one it takes",
                            description.inputs.size()));
    layer.inputs = {i ? description.layers[i - 1].name : description.inputs.front().name};
    layer.inputLocations = {layer.location};
  }
  return success();
}

static LogicalResult readLayers(const JsonValue &value, Description &description, Diagnostics &diagnostics) {
  constexpr size_t kMostLayers = 10000;
  auto *array = value.getIf<JsonValue::Array>();
  if (!array || array->empty())
    return reportMismatch(value, "layers", "an array of at least one layer", diagnostics);
  if (array->size() > kMostLayers)
    return diagnostics
        .error(value.location, fmt::format("'layers' expects at most {} layers, found {}", kMostLayers, array->size()))
        .note("split the network, or check what wrote the description");
  LogicalResult result = success();
  for (const JsonValue &item : *array) {
    FailureOr<Layer> layer = parseLayer(item, diagnostics);
    if (failed(layer))
      result = failure();
    else
      description.layers.push_back(std::move(*layer));
  }
  return result;
}

static void readFile(JsonFields &fields, std::string_view name, std::optional<FileReference> &file) {
  std::string path;
  if (fields.readString(name, path))
    file = FileReference{path, fields.find(name)->location};
}

/// Reads the compact or the explicit form's own fields.
static LogicalResult readNetwork(const JsonValue &root, JsonFields &fields, Description &description,
                                 Diagnostics &diagnostics) {
  const JsonValue *architecture = fields.find("architecture"), *layers = fields.find("layers");
  if (architecture && layers)
    return diagnostics.error(layers->location, "expected either 'architecture' or 'layers', found both")
        .note(architecture->location, "'architecture' is here; it stands for a list of layers");
  if (!architecture) {
    readNames(fields, "outputs", description.outputs, description.outputLocations, diagnostics);
    return layers ? readLayers(*layers, description, diagnostics) : success();
  }
  if (description.inputs.size() > 1)
    return diagnostics
        .error(root.location, fmt::format("'architecture' expects one input, found {}", description.inputs.size()))
        .note("networks of several inputs are written in the explicit form, with 'layers'");
  return expandArchitecture(*architecture, description, diagnostics);
}

/// Reports a description that has no input or no layers; an unknown field that stands for them is reported instead.
static LogicalResult checkComplete(const JsonValue &root, JsonFields &fields, const Description &description,
                                   Diagnostics &diagnostics) {
  if (failed(fields.finish()))
    return failure();
  if (description.layers.empty())
    return diagnostics.error(root.location, "the description needs the field 'layers' or 'architecture'")
        .note("'layers' lists the layers one by one, 'architecture' names a family such as \"mobilenet_v1\"");
  if (description.inputs.empty())
    return diagnostics.error(root.location, "the description needs the field 'input' or 'inputs'")
        .note("add \"input\": {\"shape\": [height, width, channels]}");
  return success();
}

FailureOr<Description> mncc::parseDescription(const JsonValue &root, Diagnostics &diagnostics) {
  Description description;
  description.location = root.location;
  description.name = llvm::sys::path::stem(root.location.file->path).str();
  JsonFields fields(root, "the description", diagnostics);
  std::string ignored;
  fields.readString("$schema", ignored);
  fields.readString("description", ignored);
  fields.readString("name", description.name);
  readFile(fields, "weights", description.weights);
  readFile(fields, "labels", description.labels);
  LogicalResult inputs = readInputs(fields, description, diagnostics);
  LogicalResult network = readNetwork(root, fields, description, diagnostics);
  if (failed(inputs) || failed(network) || failed(checkComplete(root, fields, description, diagnostics)) ||
      failed(defaultInputs(description, diagnostics)))
    return failure();
  return description;
}

FailureOr<CheckedDescription> mncc::loadDescription(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics) {
  FailureOr<JsonValue> root = readJson(std::move(file), diagnostics);
  if (failed(root))
    return failure();
  FailureOr<Description> description = parseDescription(*root, diagnostics);
  if (failed(description) || failed(checkGraph(*description, diagnostics)))
    return failure();
  FailureOr<ShapeMap> shapes = inferShapes(*description, diagnostics);
  if (failed(shapes) || failed(checkQuantization(*description, diagnostics)))
    return failure();
  return CheckedDescription{std::move(*description), std::move(*shapes)};
}

FailureOr<CheckedDescription> mncc::loadDescription(const std::string &path, Diagnostics &diagnostics) {
  FailureOr<std::shared_ptr<const SourceFile>> file = readSourceFile(path, diagnostics);
  if (failed(file))
    return failure();
  return loadDescription(std::move(*file), diagnostics);
}
