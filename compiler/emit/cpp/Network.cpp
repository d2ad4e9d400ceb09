// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/cpp/Network.h"

#include "compiler/emit/Header.h"

#include "mlir/IR/Location.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

#include <iterator>
#include <set>

using namespace mlir;

namespace mncc {

/// "model.json:12" of the layer's line in the description, without folders; empty where it is not known.
static std::string formatPlace(Location location) {
  std::string place;
  location->walk([&](Location inner) {
    auto file = dyn_cast<FileLineColLoc>(inner);
    if (!file)
      return WalkResult::advance();
    place = fmt::format("{}:{}", llvm::sys::path::filename(file.getFilename().getValue()).str(), file.getLine());
    return WalkResult::interrupt();
  });
  return sanitizeComment(place);
}

static int64_t countParts(const LayerInterface &layer) { return layer.schedule ? layer.schedule.getParts() : 1; }

/// True for the constants that may be narrower than f32 (lower-to-kernels names them).
static bool isFilter(StringRef name) { return name.starts_with("filter"); }

static bool isInArena(mn::BufferAttr buffer) { return buffer.getSpace() == mn::Space::Arena; }

namespace {

/// Prints the network; each method is one paragraph of it.
class NetworkPrinter {
public:
  NetworkPrinter(const ModelInterface &model, const ArgumentBytes &bytes) : model(model), bytes(bytes) {
    for (const LayerInterface &layer : model.layers)
      names.push_back(nameUniquely(layer.name));
  }

  std::string print() {
    printPlaces();
    if (llvm::any_of(model.layers, [](const LayerInterface &layer) { return countParts(layer) > 1; }))
      printForParts();
    printRun();
    return std::move(text);
  }

private:
  template <typename... Args> void line(fmt::format_string<Args...> format, Args &&...args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text.push_back('\n');
  }

  std::string nameUniquely(const std::string &layer) {
    std::string base = StringRef(sanitizeIdentifier(layer)).upper(), name = base;
    for (unsigned number = 2; !taken.insert(name).second; ++number)
      name = fmt::format("{}_{}", base, number);
    return name;
  }

  int64_t bytesOf(size_t layer) const { return bytes.at(model.layers[layer].kernel).back(); }

  /// As in "PW_1_WEIGHTS": argument `argument` of layer `layer`, among the places.
  std::string namePlace(size_t layer, size_t argument) const {
    return names[layer] + "_" + StringRef(model.layers[layer].bufferNames[argument]).upper();
  }

  /// The layer whose result `buffer` is when layer `reader` runs: the last writer of that place; nothing for the
  /// network's own inputs.
  std::optional<size_t> findWriter(mn::BufferAttr buffer, size_t reader) const {
    for (size_t layer = reader; layer-- > 0;)
      if (model.layers[layer].output == buffer)
        return layer;
    return std::nullopt;
  }

  void printPlaces() {
    if (llvm::any_of(model.layers, [](const LayerInterface &layer) { return llvm::any_of(layer.buffers, isInArena); }))
      printArenaPlaces();
    if (model.weightBytes != 0)
      printWeightPlaces();
  }

  void printArenaPlaces() {
    struct Place {
      std::string name;
      int64_t offset, bytes;
    };
    std::vector<Place> places;
    for (auto [index, layer] : llvm::enumerate(model.layers)) {
      for (auto [argument, buffer] : llvm::enumerate(layer.buffers))
        if (isRing(layer.bufferNames[argument]))
          places.push_back({namePlace(index, argument), buffer.getOffset(), bytes.at(layer.kernel)[argument]});
      if (isInArena(layer.output))
        places.push_back({names[index] + "_OUT", layer.output.getOffset(), bytesOf(index)});
    }
    line("// Where the results, and the rings of rows inside chains, start in the arena, in bytes.");
    line("enum : size_t {{");
    for (const Place &place : places)
      line("  {0} = {1}, {0}_BYTES = {2},", place.name, place.offset, place.bytes);
    line("}};");
    for (const Place &place : places)
      line("static_assert({0} + {0}_BYTES <= {1}_ARENA_BYTES);", place.name, model.macroPrefix);
    line("");
  }

  void printWeightPlaces() {
    line("// Where each layer's constants start in the weights, in bytes.");
    line("enum : size_t {{");
    for (auto [index, layer] : llvm::enumerate(model.layers))
      for (auto [argument, buffer] : llvm::enumerate(layer.buffers))
        if (buffer.getSpace() == mn::Space::Weights)
          line("  {} = {},", namePlace(index, argument), buffer.getOffset());
    line("}};\n");
  }

  std::string formatArgument(size_t argument, size_t layer) const {
    mn::BufferAttr buffer = model.layers[layer].buffers[argument];
    const std::string &name = model.layers[layer].bufferNames[argument];
    auto shifted = [&](const TensorInterface &tensor, const char *place) {
      int64_t offset = buffer.getOffset() / (tensor.isFloat() ? 4 : 1);
      std::string pointer = offset == 0 ? tensor.identifier : fmt::format("{} + {}", tensor.identifier, offset);
      return model.isQuantized() ? fmt::format("{}{{{}}}", place, pointer) : pointer;
    };
    switch (buffer.getSpace()) {
    case mn::Space::Input:
      return shifted(model.inputs[buffer.getIndex()], "const_place");
    case mn::Space::Output:
      return shifted(model.outputs[buffer.getIndex()], "place");
    case mn::Space::Weights:
      return fmt::format("{}({})", isFilter(name) && !model.isQuantized() ? "filter" : "constants",
                         namePlace(layer, argument));
    case mn::Space::Arena:
      break;
    }
    if (isRing(name))
      return fmt::format("tensor({})", namePlace(layer, argument));
    std::optional<size_t> writer = buffer == model.layers[layer].output ? layer : findWriter(buffer, layer);
    return writer ? fmt::format("tensor({}_OUT)", names[*writer]) : fmt::format("tensor({})", buffer.getOffset());
  }

  std::string formatInputShape(size_t layer) const {
    mn::BufferAttr buffer = model.layers[layer].buffers.front();
    if (buffer.getSpace() == mn::Space::Input)
      return formatShapeTimes(model.inputs[buffer.getIndex()].shape);
    std::optional<size_t> writer = findWriter(buffer, layer);
    return writer ? formatShapeTimes(model.layers[*writer].shape) : "?";
  }

  void printCall(const LayerInterface &layer, const std::string &arguments) {
    if (countParts(layer) == 1)
      return line("  {}({});", layer.kernel, arguments);
    line("  for_parts(parallel, {}, [&](uint32_t part) {{", countParts(layer));
    line("    {}({}, part);", layer.kernel, arguments);
    line("  }});");
  }

  void printLayer(size_t index) {
    const LayerInterface &layer = model.layers[index];
    std::string fused, arguments, place = formatPlace(layer.location);
    for (const std::string &name : layer.fused)
      fused += " + " + sanitizeComment(name);
    for (size_t argument = 0; argument < layer.buffers.size(); ++argument)
      arguments += (arguments.empty() ? "" : ", ") + formatArgument(argument, index);
    line("");
    line("  // {}{}: {} -> {}{}{}", sanitizeComment(layer.name), fused, formatInputShape(index),
         formatShapeTimes(layer.shape), layer.layout.empty() ? "" : " " + layer.layout,
         place.empty() ? "" : " (" + place + ")");
    printCall(layer, arguments);
    if (model.hooks)
      line("  if (hooks)\n    hooks->after_layer(hooks->context, {}, {});", index,
           formatArgument(layer.buffers.size() - 1, index));
  }

  void printChecks() {
    std::string isNull, isMisaligned = fmt::format("address(arena) % {}_ARENA_ALIGN != 0", model.macroPrefix);
    for (const auto *tensors : {&model.inputs, &model.outputs})
      for (const TensorInterface &tensor : *tensors) {
        isNull += fmt::format("!{} || ", tensor.identifier);
        if (tensor.isFloat())
          isMisaligned += fmt::format(" || address({}) % alignof(float) != 0", tensor.identifier);
      }
    line("  if ({}!arena)", isNull);
    line("    return {}_NULL_ARGUMENT;", model.macroPrefix);
    line("  const auto address = [](const void *pointer) {{ return reinterpret_cast<uintptr_t>(pointer); }};");
    line("  if ({})", isMisaligned);
    line("    return {}_MISALIGNED;", model.macroPrefix);
  }

  void printForParts() {
    line("// Runs body(0) to body(parts - 1): on the caller's threads, or without them one after the other.");
    line("template <typename Body>");
    line("static void for_parts(const {}_parallel *parallel, uint32_t parts, const Body &body) {{", model.name);
    line("  if (!parallel) {{");
    line("    for (uint32_t part = 0; part < parts; ++part)");
    line("      body(part);");
    line("    return;");
    line("  }}");
    line("  const auto task = [](void *argument, uint32_t part) {{ (*static_cast<const Body *>(argument))(part); }};");
    line("  parallel->run(parallel->context, task, const_cast<Body *>(&body), parts);");
    line("}}");
    line("");
  }

  void printConstants() {
    std::string narrow = model.getNarrowType();
    if (model.isQuantized()) {
      line("  const auto constants = [](size_t offset) {{");
      line("    return const_place{{{}_weights + offset / sizeof(uint32_t)}};", model.name);
      return line("  }};");
    }
    if (narrow.empty())
      return line("  const auto constants = [](size_t offset) {{ return {}_weights + offset / sizeof(float); }};",
                  model.name);
    for (auto [name, type] : {std::pair("constants", "float"), std::pair("filter", narrow.c_str())}) {
      line("  [[maybe_unused]] const auto {} = [](size_t offset) {{", name);
      line("    return reinterpret_cast<const {} *>({}_weights + offset / sizeof(uint32_t));", type, model.name);
      line("  }};");
    }
  }

  /// In reduced precision and of integers a tensor is what its kernel takes.
  void printTensor() {
    line("  [[maybe_unused]] const auto tensor = [arena](size_t offset) {{");
    if (model.precision == "f32" && !model.isQuantized())
      line("    return reinterpret_cast<float *>(static_cast<uint8_t *>(arena) + offset);");
    else
      line("    return place{{static_cast<uint8_t *>(arena) + offset}};");
    line("  }};");
  }

  void printRun() {
    line("extern \"C\" int32_t {}_run({}) {{", model.name, formatRunParameters(model));
    printChecks();
    printTensor();
    if (model.weightBytes != 0)
      printConstants();
    for (size_t index = 0; index < model.layers.size(); ++index)
      printLayer(index);
    line("");
    line("  return {}_OK;", model.macroPrefix);
    line("}}");
  }

  const ModelInterface &model;
  const ArgumentBytes &bytes;
  std::set<std::string> taken;
  std::vector<std::string> names;
  std::string text;
};

} // namespace

bool isRing(StringRef buffer) { return buffer.starts_with("ring_"); }

std::string printNetwork(const ModelInterface &model, const ArgumentBytes &bytes) {
  return NetworkPrinter(model, bytes).print();
}

} // namespace mncc
