// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/CheckGraph.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>
#include <queue>
#include <set>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::LogicalResult;
using llvm::success;

namespace {

/// The names of a description and who uses whom.
class Graph {
public:
  Graph(Description &description, Diagnostics &diagnostics) : description(description), diagnostics(diagnostics) {}

  LogicalResult checkNames();
  LogicalResult checkInputs();
  LogicalResult sortLayers();
  LogicalResult setOutputs();

private:
  Description &description;
  Diagnostics &diagnostics;
  /// Place of every name, and for layers their index.
  std::map<std::string, SourceLocation> places;
  std::map<std::string, size_t> layerIndex;

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (auto &[name, place] : places)
      all.push_back(name);
    return all;
  }
  std::vector<std::string> layerNames() const {
    std::vector<std::string> all;
    for (auto &[name, index] : layerIndex)
      all.push_back(name);
    return all;
  }
  LogicalResult reportCycle(const std::vector<bool> &isPlaced);
};

} // namespace

LogicalResult Graph::checkNames() {
  LogicalResult result = success();
  auto add = [&](const std::string &name, const SourceLocation &place) {
    auto [first, isNew] = places.try_emplace(name, place);
    if (!isNew)
      result = diagnostics.error(place, fmt::format("the name {} is used twice", quote(name)))
                   .note(first->second, "it is first used here; inputs and layers need different names");
  };
  for (const InputTensor &input : description.inputs)
    add(input.name, input.location);
  for (size_t i = 0; i < description.layers.size(); ++i) {
    add(description.layers[i].name, description.layers[i].location);
    layerIndex.try_emplace(description.layers[i].name, i);
  }
  return result;
}

LogicalResult Graph::checkInputs() {
  LogicalResult result = success();
  for (const Layer &layer : description.layers) {
    const OpInfo &info = getOpInfo(layer.op);
    int64_t count = layer.inputs.size();
    if (count < info.leastInputs || count > info.mostInputs) {
      std::string expected = info.leastInputs == info.mostInputs ? fmt::format("{}", info.leastInputs)
                                                                 : fmt::format("at least {}", info.leastInputs);
      result =
          diagnostics
              .error(layer.inputLocations.front(), fmt::format("{} expects {} input{}, found {}", quote(layer.name),
                                                               expected, info.mostInputs == 1 ? "" : "s", count))
              .note(fmt::format("name what '{}' takes in \"inputs\": […]", info.name));
      continue;
    }
    for (size_t i = 0; i < layer.inputs.size(); ++i) {
      if (places.count(layer.inputs[i]))
        continue;
      Diagnostic &error =
          diagnostics.error(layer.inputLocations[i],
                            fmt::format("{} takes its input from {}, but there is no layer or input of that name",
                                        quote(layer.name), quote(layer.inputs[i])));
      suggestNearest(error, layer.inputs[i], names());
      result = error.note("'inputs' names layers or inputs of the network");
    }
  }
  return result;
}

/// Follows unplaced inputs from an unplaced layer until one comes up twice.
LogicalResult Graph::reportCycle(const std::vector<bool> &isPlaced) {
  size_t at = llvm::find(isPlaced, false) - isPlaced.begin();
  std::vector<size_t> path;
  while (!llvm::is_contained(path, at)) {
    path.push_back(at);
    for (const std::string &input : description.layers[at].inputs)
      if (auto found = layerIndex.find(input); found != layerIndex.end() && !isPlaced[found->second]) {
        at = found->second;
        break;
      }
  }
  path.erase(path.begin(), llvm::find(path, at));
  // The walk went against the flow of data; start with the layer that comes first in the file.
  std::reverse(path.begin(), path.end());
  std::rotate(path.begin(), llvm::min_element(path), path.end());
  std::string text;
  for (size_t i = 0; i < path.size() && i < 8; ++i)
    text += quote(description.layers[path[i]].name) + " -> ";
  text += path.size() > 8 ? "…" : quote(description.layers[path.front()].name);
  return diagnostics.error(description.layers[path.front()].location, fmt::format("layers form a cycle: {}", text))
      .note("a layer cannot take its own result, not even through others");
}

LogicalResult Graph::sortLayers() {
  std::vector<Layer> &layers = description.layers;
  std::vector<size_t> waitsFor(layers.size(), 0);
  std::vector<std::vector<size_t>> users(layers.size());
  for (size_t i = 0; i < layers.size(); ++i)
    for (const std::string &input : layers[i].inputs)
      if (auto found = layerIndex.find(input); found != layerIndex.end()) {
        users[found->second].push_back(i);
        ++waitsFor[i];
      }
  // Always the first ready layer of the file, so a sorted description stays as it is.
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < layers.size(); ++i)
    if (waitsFor[i] == 0)
      ready.push(i);
  std::vector<size_t> order;
  std::vector<bool> isPlaced(layers.size());
  while (!ready.empty()) {
    size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    isPlaced[next] = true;
    for (size_t user : users[next])
      if (--waitsFor[user] == 0)
        ready.push(user);
  }
  if (order.size() != layers.size())
    return reportCycle(isPlaced);
  std::vector<Layer> sorted;
  for (size_t index : order)
    sorted.push_back(std::move(layers[index]));
  layers = std::move(sorted);
  return success();
}

LogicalResult Graph::setOutputs() {
  std::set<std::string> used;
  for (size_t i = 0; i < description.outputs.size(); ++i) {
    const std::string &name = description.outputs[i];
    const SourceLocation &place = description.outputLocations[i];
    if (!used.insert(name).second)
      return diagnostics.error(place, fmt::format("the output {} is listed twice", quote(name)))
          .note("name each output once");
    if (layerIndex.count(name))
      continue;
    Diagnostic &error = diagnostics.error(place, fmt::format("the output {} is no layer", quote(name)));
    suggestNearest(error, name, layerNames());
    return error.note("'outputs' names layers");
  }
  if (!description.outputs.empty())
    return success();
  for (const Layer &layer : description.layers)
    used.insert(layer.inputs.begin(), layer.inputs.end());
  for (const Layer &layer : description.layers)
    if (!used.count(layer.name)) {
      description.outputs.push_back(layer.name);
      description.outputLocations.push_back(layer.location);
    }
  return success();
}

LogicalResult mncc::checkGraph(Description &description, Diagnostics &diagnostics) {
  Graph graph(description, diagnostics);
  if (failed(graph.checkNames()) || failed(graph.checkInputs()) || failed(graph.sortLayers()))
    return failure();
  return graph.setOutputs();
}
