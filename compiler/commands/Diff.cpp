// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/Numbers.h"
#include "compiler/commands/Print.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <random>

using namespace mlir;

namespace mncc {

/// Seed of the inputs that are made up where none are given.
static constexpr unsigned kSeed = 1;

namespace {

/// How far one tensor of the object is from the reference's.
struct TensorDifference {
  /// The tensor's name: that of the last layer that the kernel has taken in.
  std::string name;
  double largestError = 0, largestValue = 0;
  bool isKnown = false;

  void add(double actual, double expected) {
    double error = std::abs(actual - expected);
    largestError = std::isnan(error) ? INFINITY : std::max(largestError, error);
    largestValue = std::max(largestValue, std::abs(expected));
  }
  bool isWithin(double tolerance) const { return largestError <= tolerance * largestValue; }
};

/// Compares the object's tensors, layer by layer, with the reference's.
class Comparison {
public:
  Comparison(Runner &object, Runner &reference) : object(object), reference(reference) {
    for (const LayerInterface &layer : object.getInterface().layers)
      differences.push_back({nameTensor(layer), 0, 0, false});
  }

  LogicalResult add(ArrayRef<TensorValues> inputs);
  const std::vector<TensorDifference> &get() const { return differences; }

private:
  std::string nameTensor(const LayerInterface &layer) const;
  void compare(uint32_t layer, const float *values);

  Runner &object, &reference;
  std::map<std::string, reference::Tensor> expected;
  std::vector<TensorDifference> differences;
};

} // namespace

/// A copy into another layout carries the name of the layer that it copies.
std::string Comparison::nameTensor(const LayerInterface &layer) const {
  if (!layer.fused.empty())
    return layer.fused.back();
  const std::vector<LayerInterface> &layers = object.getInterface().layers;
  auto first = llvm::find_if(layers, [&](const LayerInterface &other) { return other.name == layer.name; });
  return first->fused.empty() ? layer.name : first->fused.back();
}

/// Where channel `c` of pixel `p` lies in a tensor of `layout` ("nhwc", "nchw16c").
static int64_t findElement(StringRef layout, int64_t pixels, int64_t channels, int64_t p, int64_t c) {
  int64_t block = channels;
  if (layout.consume_front("nchw") && layout.consume_back("c"))
    layout.getAsInteger(10, block);
  return c / block * pixels * block + p * block + c % block;
}

void Comparison::compare(uint32_t number, const float *values) {
  const LayerInterface &layer = object.getInterface().layers[number];
  TensorDifference &difference = differences[number];
  auto found = expected.find(difference.name);
  if (found == expected.end())
    return;
  const std::vector<double> &wanted = found->second.values;
  int64_t elements = 1;
  for (int64_t size : layer.shape)
    elements *= size;
  if (elements != static_cast<int64_t>(wanted.size()))
    return;
  int64_t channels = layer.shape.back(), pixels = static_cast<int64_t>(wanted.size()) / channels;
  difference.isKnown = true;
  for (int64_t p = 0; p < pixels; ++p)
    for (int64_t c = 0; c < channels; ++c)
      difference.add(values[findElement(layer.layout, pixels, channels, p, c)], wanted[p * channels + c]);
}

LogicalResult Comparison::add(ArrayRef<TensorValues> inputs) {
  for (auto [input, values] : llvm::zip(reference.getInterface().inputs, inputs)) {
    std::vector<double> numbers(values.floats.begin(), values.floats.end());
    if (input.isBytes)
      numbers.assign(values.bytes.begin(), values.bytes.end());
    expected[input.name] = {input.shape, std::move(numbers)};
  }
  auto keep = [&](StringRef name, const reference::Tensor &tensor) { expected[name.str()] = tensor; };
  if (failed(reference.evaluate(inputs, keep)))
    return failure();
  return object.run(inputs,
                    [&](uint32_t layer, const void *output) { compare(layer, static_cast<const float *>(output)); });
}

/// Normal values, or bytes of any value, the same on every machine.
static std::vector<TensorValues> makeUpInputs(const ModelInterface &interface) {
  std::mt19937 generator(kSeed);
  std::vector<TensorValues> inputs;
  for (const TensorInterface &tensor : interface.inputs) {
    TensorValues values;
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      uint32_t bits = generator();
      if (tensor.isBytes)
        values.bytes.push_back(bits >> 24);
      else
        values.floats.push_back(static_cast<float>(bits) / 2147483648.0f - 1.0f);
    }
    inputs.push_back(std::move(values));
  }
  return inputs;
}

static FailureOr<Inferences> collectInputs(const Runner &runner, const CommandLine &line, Diagnostics &diagnostics) {
  if (!line.input.empty())
    return readInferences(runner, line.input, diagnostics);
  if (line.images.empty())
    return Inferences{makeUpInputs(runner.getInterface())};
  Inferences inferences;
  for (const std::string &path : line.images) {
    auto picture = loadPicture(runner, path, line, diagnostics);
    if (failed(picture))
      return failure();
    inferences.push_back({std::move(*picture)});
  }
  return inferences;
}

static bool haveEqualInputs(const ModelInterface &a, const ModelInterface &b) {
  return llvm::equal(a.inputs, b.inputs, [](const TensorInterface &one, const TensorInterface &other) {
    return one.name == other.name && one.shape == other.shape && one.isBytes == other.isBytes;
  });
}

static void printTable(const Comparison &comparison, const std::vector<LayerInterface> &layers, double tolerance) {
  print("{:>3}  {:<24} {:<16} {:<9} {:>10} {:>10} {:>9}\n", "", "tensor", "shape", "layout", "max error", "max value",
        "ratio");
  for (auto [number, difference] : llvm::enumerate(comparison.get())) {
    const LayerInterface &layer = layers[number];
    print("{:>3}  {:<24} {:<16} {:<9} ", number, sanitizeComment(difference.name), formatShapeTimes(layer.shape),
          layer.layout);
    if (difference.isKnown)
      print("{:>10.3g} {:>10.3g} {:>9.1e}{}\n", difference.largestError, difference.largestValue,
            difference.largestValue > 0 ? difference.largestError / difference.largestValue : 0.0,
            difference.isWithin(tolerance) ? "" : "  differs");
    else
      print("{:>10}\n", "no reference");
  }
}

static void printJson(const Comparison &comparison, const std::vector<LayerInterface> &layers, double tolerance) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const auto &[layer, difference] : llvm::zip(layers, comparison.get()))
    json.push_back({{"layer", layer.name},
                    {"tensor", difference.name},
                    {"kernel", layer.kernel},
                    {"shape", layer.shape},
                    {"layout", layer.layout},
                    {"max_error", difference.largestError},
                    {"max_value", difference.largestValue},
                    {"compared", difference.isKnown},
                    {"within_tolerance", difference.isWithin(tolerance)}});
  print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

int runDiff(const CommandLine &line) {
  Session objectSession, referenceSession;
  CommandLine objectLine = line, referenceLine = line;
  objectLine.options.hooks = true;
  referenceLine.reference = true;
  referenceLine.fromIr.clear();
  auto object = Runner::create(objectSession, objectLine);
  if (failed(object))
    return objectSession.getFailureStatus();
  auto reference = Runner::create(referenceSession, referenceLine);
  if (failed(reference))
    return 1;
  if (!haveEqualInputs((*object)->getInterface(), (*reference)->getInterface()))
    return referenceSession.getDiagnostics()
               .error({}, "the dump expects other inputs than the description")
               .note("--from-ir takes a dump of the same model"),
           1;
  // The reference knows the preprocessing even where the object comes from a dump.
  auto inferences = collectInputs(**reference, line, referenceSession.getDiagnostics());
  if (failed(inferences))
    return 1;
  Comparison comparison(**object, **reference);
  for (const std::vector<TensorValues> &inputs : *inferences)
    if (failed(comparison.add(inputs)))
      return 1;
  if (line.json)
    printJson(comparison, (*object)->getInterface().layers, line.tolerance);
  else
    printTable(comparison, (*object)->getInterface().layers, line.tolerance);
  for (const TensorDifference &difference : comparison.get())
    if (!difference.isKnown)
      return objectSession.getDiagnostics().error(
                 {}, fmt::format("the reference has no tensor {} of that shape", quote(difference.name))),
             1;
  for (const TensorDifference &difference : comparison.get())
    if (!difference.isWithin(line.tolerance))
      return objectSession.getDiagnostics().error(
                 {}, fmt::format("{} is the first tensor that differs from the reference by more than {} of its "
                                 "largest value",
                                 quote(difference.name), line.tolerance)),
             1;
  return 0;
}

} // namespace mncc
