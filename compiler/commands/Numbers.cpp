// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Numbers.h"

#include "compiler/commands/Image.h"
#include "compiler/import/Npy.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

namespace {

/// Numbers from a file: its tensors, and what keeps their bytes alive.
struct NumberFile {
  std::optional<NpyArray> array;
  std::optional<SafetensorsFile> tensors;
  std::vector<TensorView> views;
};

} // namespace

static FailureOr<NumberFile> readNumbers(const std::string &path, Diagnostics &diagnostics) {
  NumberFile file;
  if (StringRef(path).ends_with(".npy")) {
    auto array = readNpy(path, diagnostics);
    if (failed(array))
      return failure();
    file.array = std::move(*array);
    file.views.push_back(file.array->view("input"));
    return file;
  }
  auto tensors = SafetensorsFile::open(path, diagnostics);
  if (failed(tensors))
    return failure();
  file.tensors = std::move(*tensors);
  file.views.assign(file.tensors->tensors().begin(), file.tensors->tensors().end());
  return file;
}

/// The file's tensor for one input of the network: the one of its name, or the only one.
static const TensorView *findInput(const NumberFile &file, const TensorInterface &input, size_t inputs) {
  for (const TensorView &view : file.views)
    if (view.name == input.name)
      return &view;
  return inputs == 1 && file.views.size() == 1 ? &file.views.front() : nullptr;
}

/// How many inputs `view` holds: 1 for the network's own shape, N for [N] in place of the batch or before the shape.
static std::optional<int64_t> countInputs(const TensorView &view, const TensorInterface &input) {
  std::vector<int64_t> single(input.shape.begin() + 1, input.shape.end());
  if (view.shape == single)
    return 1;
  if (view.shape.size() == single.size() + 1 && std::equal(single.begin(), single.end(), view.shape.begin() + 1))
    return view.shape[0];
  return std::nullopt;
}

/// Element `index` of `view` as values for `input`: bytes for a network of floats go through its preprocessing.
static FailureOr<TensorValues> sliceInput(const TensorView &view, const TensorInterface &input,
                                          const InputTensor *preprocessed, int64_t index,
                                          const SourceLocation &location, Diagnostics &diagnostics) {
  TensorView slice = view;
  size_t bytes = input.elements() * getByteWidth(view.dtype);
  slice.bytes = view.bytes.slice(index * bytes, bytes);
  TensorValues values;
  if (!input.isFloat()) {
    if (view.dtype != getDType(input))
      return diagnostics.error(location,
                               fmt::format("expects bytes ({}) for the input {}, found {}",
                                           getDTypeName(getDType(input)), quote(input.name), getDTypeName(view.dtype)));
    values.bytes.assign(slice.bytes.begin(), slice.bytes.end());
    return values;
  }
  if (view.dtype == DType::U8 && preprocessed) {
    values.floats = normalizePixels(slice.bytes, *preprocessed);
    return values;
  }
  if (view.dtype == DType::U8 && !preprocessed)
    return diagnostics.error(location, fmt::format("expects floats for the input {}, found bytes", quote(input.name)))
        .note("bytes need the preprocessing that a description states; a dump has none");
  auto floats = convertToFloat(slice, location, diagnostics);
  if (failed(floats))
    return failure();
  values.floats = std::move(*floats);
  return values;
}

/// Finds the tensor of each input; returns how many inferences they hold.
static FailureOr<int64_t> matchInputs(const NumberFile &file, const ModelInterface &interface,
                                      const SourceLocation &location, Diagnostics &diagnostics,
                                      std::vector<const TensorView *> &views) {
  int64_t count = -1;
  for (const TensorInterface &input : interface.inputs) {
    const TensorView *view = findInput(file, input, interface.inputs.size());
    if (!view)
      return diagnostics.error(location, fmt::format("expects a tensor for the input {}", quote(input.name)));
    auto inputs = countInputs(*view, input);
    if (!inputs || (count >= 0 && *inputs != count))
      return diagnostics.error(location,
                               fmt::format("expects the shape {} for the input {}, with any number in place of "
                                           "the leading 1, found {}",
                                           formatShape(input.shape), quote(input.name), formatShape(view->shape)));
    count = *inputs;
    views.push_back(view);
  }
  return count;
}

FailureOr<Inferences> readInferences(const Runner &runner, const std::string &path, Diagnostics &diagnostics) {
  auto file = readNumbers(path, diagnostics);
  if (failed(file))
    return failure();
  SourceLocation location{std::make_shared<SourceFile>(SourceFile{path, ""}), 0};
  const ModelInterface &interface = runner.getInterface();
  std::vector<const TensorView *> views;
  auto count = matchInputs(*file, interface, location, diagnostics, views);
  if (failed(count))
    return failure();
  if (*count == 0)
    return diagnostics.error(location, "expects at least one input, found none");
  Inferences inferences(*count);
  for (int64_t index = 0; index < *count; ++index)
    for (auto [number, view] : llvm::enumerate(views)) {
      const std::vector<InputTensor> &known = runner.getModel().inputs;
      const InputTensor *preprocessed = number < known.size() ? &known[number] : nullptr;
      auto slice = sliceInput(*view, interface.inputs[number], preprocessed, index, location, diagnostics);
      if (failed(slice))
        return failure();
      inferences[index].push_back(std::move(*slice));
    }
  return inferences;
}

} // namespace mncc
