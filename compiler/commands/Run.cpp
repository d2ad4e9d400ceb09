// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/Image.h"
#include "compiler/commands/Runner.h"
#include "compiler/import/Npy.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <deque>
#include <map>

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
  if (input.isBytes) {
    if (view.dtype != DType::U8)
      return diagnostics.error(location, fmt::format("expects bytes (U8) for the input {}, found {}", quote(input.name),
                                                     getDTypeName(view.dtype)));
    values.bytes.assign(slice.bytes.begin(), slice.bytes.end());
    return values;
  }
  if (view.dtype == DType::U8 && preprocessed) {
    values.floats = normalizePixels(slice.bytes, *preprocessed);
    return values;
  }
  auto floats = convertToFloat(slice, location, diagnostics);
  if (failed(floats))
    return failure();
  values.floats = std::move(*floats);
  return values;
}

namespace {

/// Tensors of several inferences, each under its name with the inferences as the leading dimension.
class TensorFile {
public:
  void add(const TensorInterface &tensor, DType type, ArrayRef<uint8_t> bytes) {
    Entry &entry = entries[tensor.name];
    entry.type = type;
    entry.shape = tensor.shape;
    entry.shape[0] = ++entry.count;
    entry.bytes.insert(entry.bytes.end(), bytes.begin(), bytes.end());
  }

  void addOutputs(const ModelInterface &interface, const std::vector<std::vector<float>> &outputs) {
    for (auto [output, values] : llvm::zip(interface.outputs, outputs))
      add(output, DType::F32, asBytes(ArrayRef<float>(values)));
  }

  LogicalResult write(const std::string &path, Diagnostics &diagnostics) const {
    std::vector<TensorView> tensors;
    for (const auto &[name, entry] : entries)
      tensors.push_back({name, entry.type, entry.shape, ArrayRef<uint8_t>(entry.bytes)});
    return writeBytes(path, serializeSafetensors(tensors), diagnostics);
  }

private:
  struct Entry {
    DType type;
    std::vector<int64_t> shape;
    std::vector<uint8_t> bytes;
    int64_t count = 0;
  };
  std::map<std::string, Entry> entries;
};

} // namespace

static int runNumbers(Runner &runner, const CommandLine &line, Diagnostics &diagnostics) {
  auto file = readNumbers(line.input, diagnostics);
  if (failed(file))
    return 1;
  SourceLocation location{std::make_shared<SourceFile>(SourceFile{line.input, ""}), 0};
  const ModelInterface &interface = runner.getInterface();
  std::vector<const TensorView *> views;
  int64_t count = -1;
  for (const TensorInterface &input : interface.inputs) {
    const TensorView *view = findInput(*file, input, interface.inputs.size());
    if (!view)
      return diagnostics.error(location, fmt::format("expects a tensor for the input {}", quote(input.name))), 1;
    auto inputs = countInputs(*view, input);
    if (!inputs || (count >= 0 && *inputs != count))
      return diagnostics.error(location,
                               fmt::format("expects the shape {} for the input {}, with any number in place of "
                                           "the leading 1, found {}",
                                           formatShape(input.shape), quote(input.name), formatShape(view->shape))),
             1;
    count = *inputs;
    views.push_back(view);
  }
  TensorFile results;
  for (int64_t index = 0; index < count; ++index) {
    std::vector<TensorValues> values;
    for (auto [number, view] : llvm::enumerate(views)) {
      const std::vector<InputTensor> &known = runner.getModel().inputs;
      const InputTensor *preprocessed = number < known.size() ? &known[number] : nullptr;
      auto slice = sliceInput(*view, interface.inputs[number], preprocessed, index, location, diagnostics);
      if (failed(slice))
        return 1;
      values.push_back(std::move(*slice));
    }
    auto outputs = runner.run(values);
    if (failed(outputs))
      return 1;
    results.addOutputs(interface, *outputs);
  }
  if (failed(results.write(line.output, diagnostics)))
    return 1;
  fmt::print("wrote {} result{} to {}\n", count, count == 1 ? "" : "s", line.output);
  return 0;
}

static std::string labelOf(const Model &model, size_t index) {
  return index < model.labels.size() ? model.labels[index] : fmt::format("class {}", index);
}

/// Prints the classes of one picture, or adds them to `json`.
static void reportClasses(const std::string &path, ArrayRef<float> scores, const Model &model, const CommandLine &line,
                          nlohmann::ordered_json &json) {
  nlohmann::ordered_json entry = {{"image", path}, {"top", nlohmann::ordered_json::array()}};
  if (!line.json)
    fmt::print("{}\n", path);
  for (size_t index : findTop(scores, line.top)) {
    std::string label = labelOf(model, index);
    if (line.json)
      entry["top"].push_back({{"class", index}, {"label", label}, {"score", scores[index]}});
    else
      fmt::print("  {:>8.4f}  {}\n", scores[index], label);
  }
  json.push_back(std::move(entry));
}

static int runPictures(Runner &runner, const CommandLine &line, Diagnostics &diagnostics) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  const ModelInterface &interface = runner.getInterface();
  TensorFile tensors;
  for (const std::string &path : line.images) {
    auto picture = loadPicture(runner, path, line, diagnostics);
    if (failed(picture))
      return 1;
    const TensorInterface &input = interface.inputs.front();
    if (!line.output.empty())
      tensors.add(input, input.isBytes ? DType::U8 : DType::F32,
                  input.isBytes ? ArrayRef<uint8_t>(picture->bytes) : asBytes(ArrayRef<float>(picture->floats)));
    auto outputs = runner.run({std::move(*picture)});
    if (failed(outputs))
      return 1;
    tensors.addOutputs(interface, *outputs);
    reportClasses(path, outputs->front(), runner.getModel(), line, json);
  }
  if (!line.output.empty() && failed(tensors.write(line.output, diagnostics)))
    return 1;
  if (line.json)
    fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}

int runRun(const CommandLine &line) {
  Session session;
  if (line.images.empty() == line.input.empty() || (!line.input.empty() && line.output.empty())) {
    fmt::print(stderr, "mncc run: expects --image, or --input with --output\n");
    return 2;
  }
  auto runner = Runner::create(session, line);
  if (failed(runner))
    return 1;
  return line.images.empty() ? runNumbers(**runner, line, session.getDiagnostics())
                             : runPictures(**runner, line, session.getDiagnostics());
}

} // namespace mncc
