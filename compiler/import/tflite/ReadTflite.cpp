// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/tflite/ReadTflite.h"

#include "compiler/import/CheckGraph.h"
#include "compiler/import/CheckQuantization.h"
#include "compiler/import/tflite/TfliteLayers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

static LogicalResult readInputs(const TfliteFile &file, Description &description, Diagnostics &diagnostics) {
  if (!file.graph().inputs() || file.graph().inputs()->size() == 0)
    return diagnostics.error(file.location(), "expects a network with an input, found none")
        .note("the file is damaged; convert the model again");
  for (int32_t index : *file.graph().inputs()) {
    FailureOr<Shape> shape = readShape(file, index, diagnostics);
    FailureOr<std::optional<TensorQuantization>> quantization = readQuantization(file, index, diagnostics);
    if (failed(shape) || failed(quantization))
      return failure();
    InputTensor &input = description.inputs.emplace_back();
    input.name = file.name(index);
    input.shape = std::move(*shape);
    input.location = file.location(index);
    input.quantization = *quantization;
  }
  return success();
}

static LogicalResult readOutputs(const TfliteFile &file, Description &description, Diagnostics &diagnostics) {
  if (!file.graph().outputs() || file.graph().outputs()->size() == 0)
    return diagnostics.error(file.location(), "expects a network with an output, found none")
        .note("the file is damaged; convert the model again");
  for (int32_t index : *file.graph().outputs()) {
    description.outputs.push_back(file.name(index));
    description.outputLocations.push_back(file.location(index));
  }
  return success();
}

/// Reports a result whose shape in the file is not the one that its layer gives.
static LogicalResult checkShapes(const TfliteFile &file, const ShapeMap &shapes, Diagnostics &diagnostics) {
  for (const tflite::Operator *op : *file.graph().operators()) {
    int32_t index = op->outputs()->Get(0);
    FailureOr<Shape> stated = readShape(file, index, diagnostics);
    if (failed(stated))
      return failure();
    const Shape &computed = shapes.find(file.name(index))->second;
    if (*stated != computed)
      return diagnostics
          .error(file.location(index), fmt::format("{} gives the shape {}, but the file states {}",
                                                   file.describeCode(*op), formatShape(computed), formatShape(*stated)))
          .note("shapes are without the batch; the file is damaged, or the operator works differently than here");
  }
  return success();
}

FailureOr<WeightedDescription> mncc::readTflite(std::shared_ptr<const SourceFile> source, Diagnostics &diagnostics) {
  WeightedDescription result;
  Description &description = result.checked.description;
  description.name = llvm::sys::path::stem(source->path).str();
  FailureOr<TfliteFile> file = TfliteFile::open(std::move(source), diagnostics);
  if (failed(file) || failed(readInputs(*file, description, diagnostics)) ||
      failed(readOutputs(*file, description, diagnostics)))
    return failure();
  description.location = file->location();
  TfliteLayers layers(*file, description, result.weights, diagnostics);
  for (const tflite::Operator *op : *file->graph().operators())
    if (failed(layers.read(*op)))
      return failure();
  if (failed(checkGraph(description, diagnostics)))
    return failure();
  FailureOr<ShapeMap> shapes = inferShapes(description, diagnostics);
  if (failed(shapes) || failed(checkShapes(*file, *shapes, diagnostics)) ||
      failed(checkQuantization(description, diagnostics)))
    return failure();
  result.checked.shapes = std::move(*shapes);
  return result;
}
