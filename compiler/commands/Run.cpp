// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/Image.h"
#include "compiler/commands/Numbers.h"
#include "compiler/commands/Print.h"
#include "compiler/import/Npy.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

using namespace mlir;

namespace mncc {

/// True for the name of a NumPy file, which holds one tensor without its name.
static bool isArray(StringRef path) { return path.ends_with(".npy"); }

namespace {

/// Tensors of several inferences, each under its name with the inferences as the leading dimension.
class TensorFile {
public:
  void add(const TensorInterface &tensor, const TensorValues &values) {
    ArrayRef<uint8_t> bytes = values.raw();
    Entry &entry = entries[tensor.name];
    entry.type = getDType(tensor);
    entry.shape = tensor.shape;
    entry.shape[0] = ++entry.count;
    entry.bytes.insert(entry.bytes.end(), bytes.begin(), bytes.end());
  }

  void addOutputs(const ModelInterface &interface, ArrayRef<TensorValues> outputs) {
    for (auto [output, values] : llvm::zip(interface.outputs, outputs))
      add(output, values);
  }

  LogicalResult write(const std::string &path, Diagnostics &diagnostics) const {
    std::vector<TensorView> tensors;
    for (const auto &[name, entry] : entries)
      tensors.push_back({name, entry.type, entry.shape, ArrayRef<uint8_t>(entry.bytes)});
    if (!isArray(path))
      return writeBytes(path, serializeSafetensors(tensors), diagnostics);
    if (tensors.size() != 1)
      return diagnostics.error({}, fmt::format("expects one output for {}, found {}", quote(path), tensors.size()))
          .note("a .safetensors file holds several");
    return writeBytes(path, serializeNpy(tensors.front()), diagnostics);
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
  auto inferences = readInferences(runner, line.input, diagnostics);
  if (failed(inferences))
    return 1;
  TensorFile results;
  for (const std::vector<TensorValues> &values : *inferences) {
    auto outputs = runner.run(values);
    if (failed(outputs))
      return 1;
    results.addOutputs(runner.getInterface(), *outputs);
  }
  if (failed(results.write(line.output, diagnostics)))
    return 1;
  size_t count = inferences->size();
  print("wrote {} result{} to {}\n", count, count == 1 ? "" : "s", line.output);
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
    print("{}\n", path);
  for (size_t index : findTop(scores, line.top)) {
    std::string label = labelOf(model, index);
    if (line.json)
      entry["top"].push_back({{"class", index}, {"label", label}, {"score", scores[index]}});
    else
      print("  {:>8.4f}  {}\n", scores[index], label);
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
    if (!line.output.empty() && !isArray(line.output))
      tensors.add(interface.inputs.front(), *picture);
    auto outputs = runner.run({std::move(*picture)});
    if (failed(outputs))
      return 1;
    tensors.addOutputs(interface, *outputs);
    reportClasses(path, toReals(interface.outputs.front(), outputs->front()), runner.getModel(), line, json);
  }
  if (!line.output.empty() && failed(tensors.write(line.output, diagnostics)))
    return 1;
  if (line.json)
    print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  return 0;
}

int runRun(const CommandLine &line) {
  Session session;
  auto runner = Runner::create(session, line);
  if (failed(runner))
    return session.getFailureStatus();
  std::vector<std::string> inputs = line.images;
  inputs.push_back(line.input);
  if (failed(session.checkOutput(line.output, inputs)))
    return 1;
  return line.images.empty() ? runNumbers(**runner, line, session.getDiagnostics())
                             : runPictures(**runner, line, session.getDiagnostics());
}

} // namespace mncc
