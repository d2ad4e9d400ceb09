// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/LayerTensors.h"
#include "compiler/commands/Numbers.h"
#include "compiler/commands/Print.h"
#include "dialects/mn/Quantization.h"
#include "passes/tile/Pipeline.h"

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
  /// Of integers in units, without their zero points.
  double largestError = 0, largestValue = 0;
  bool isKnown = false;
  /// For integers, how many units off they may be; floats are judged by the share of their largest value.
  std::optional<int> units;

  void add(double actual, double expected) {
    double error = std::abs(actual - expected);
    largestError = std::isnan(error) ? INFINITY : std::max(largestError, error);
    largestValue = std::max(largestValue, std::abs(expected));
  }
  bool isWithin(double tolerance) const { return largestError <= (units ? *units : tolerance * largestValue); }
};

/// The tensors of one inference as the reference has them, by name.
using NamedTensors = std::map<std::string, reference::Tensor>;

/// What the reference's integers mean, by the name of their tensor.
struct IntegerFacts {
  int64_t zeroPoint;
  mn::Numerics numerics;
};
using IntegerTable = std::map<std::string, IntegerFacts>;

/// Compares the object's tensors, layer by layer, with the reference's.
class Comparison {
public:
  Comparison(Runner &object, const IntegerTable &integers) : object(object), integers(integers) {
    for (const LayerInterface &layer : object.getInterface().layers) {
      std::string name = nameTensor(object.getInterface(), layer);
      auto found = integers.find(name);
      bool isExact = found != integers.end() && found->second.numerics != mn::Numerics::Fast;
      differences.push_back({name, 0, 0, false, {}});
      if (layer.quantization)
        differences.back().units = isExact ? 0 : 1;
    }
  }

  LogicalResult add(ArrayRef<TensorValues> inputs, const NamedTensors &expected);
  FailureOr<NamedTensors> computeFast(ArrayRef<TensorValues> inputs);
  const std::vector<TensorDifference> &get() const { return differences; }
  const std::vector<LayerInterface> &getLayers() const { return object.getInterface().layers; }

private:
  void compare(uint32_t layer, const void *values, const NamedTensors &expected);
  double findOffset(uint32_t layer) const;

  Runner &object;
  const IntegerTable &integers;
  std::vector<TensorDifference> differences;
};

} // namespace

/// True where some tensors are never in memory as a whole, and are not compared.
static bool hasRings(ArrayRef<LayerInterface> layers) {
  return llvm::any_of(layers, [](const LayerInterface &layer) { return !layer.stripKernels.empty(); });
}

/// What the integers of each tensor of `network`, as imported, mean.
static IntegerTable describeIntegers(func::FuncOp network) {
  IntegerTable table;
  for (auto layer : network.getOps<mn::LayerOpInterface>())
    if (mn::QuantizationAttr quantization = mn::getQuantization(layer->getResult(0)))
      table[mn::getLocationName(layer.getLoc()).str()] = {quantization.getZeroPoint(), mn::getNumerics(layer)};
  for (auto [index, argument] : llvm::enumerate(network.getArguments()))
    if (mn::QuantizationAttr quantization = mn::getQuantization(argument))
      table[network.getArgAttrOfType<StringAttr>(index, mn::kNameAttr).getValue().str()] = {quantization.getZeroPoint(),
                                                                                            mn::Numerics::Tflm};
  return table;
}

/// What the integers of a tensor are less than in the network: they may lie in the object with another sign, and
/// another zero point.
double Comparison::findOffset(uint32_t number) const {
  const LayerInterface &layer = object.getInterface().layers[number];
  auto facts = integers.find(differences[number].name);
  int64_t zero = layer.quantization ? layer.quantization.getZeroPoint() : 0;
  return static_cast<double>(facts == integers.end() ? -zero : facts->second.zeroPoint - zero);
}

void Comparison::compare(uint32_t number, const void *values, const NamedTensors &expected) {
  const LayerInterface &layer = object.getInterface().layers[number];
  TensorDifference &difference = differences[number];
  auto found = expected.find(difference.name);
  if (found == expected.end())
    return;
  const std::vector<double> &wanted = found->second.values;
  std::vector<double> actual = readTensor(layer, values);
  if (actual.size() != wanted.size())
    return;
  auto facts = integers.find(difference.name);
  double wantedZero = facts == integers.end() ? 0 : static_cast<double>(facts->second.zeroPoint);
  difference.isKnown = true;
  double offset = findOffset(number);
  for (auto [value, wantedValue] : llvm::zip_equal(actual, wanted))
    difference.add(value + offset - wantedZero, wantedValue - wantedZero);
}

/// What the object computes of the layers with `fast`, each of which may be a unit off: the next ones read that.
FailureOr<NamedTensors> Comparison::computeFast(ArrayRef<TensorValues> inputs) {
  NamedTensors tensors;
  auto isFast = [](const IntegerFacts &facts) { return facts.numerics == mn::Numerics::Fast; };
  if (llvm::none_of(llvm::make_second_range(integers), isFast))
    return tensors;
  auto keep = [&](uint32_t number, const void *values) {
    const std::string &name = differences[number].name;
    auto facts = integers.find(name);
    if (facts == integers.end() || !isFast(facts->second))
      return;
    const LayerInterface &layer = object.getInterface().layers[number];
    reference::Tensor &tensor = tensors[name] = {layer.shape, readTensor(layer, values)};
    double offset = findOffset(number);
    for (double &value : tensor.values)
      value += offset;
  };
  if (failed(object.run(inputs, keep)))
    return failure();
  return tensors;
}

LogicalResult Comparison::add(ArrayRef<TensorValues> inputs, const NamedTensors &expected) {
  return object.run(inputs, [&](uint32_t layer, const void *output) { compare(layer, output, expected); });
}

/// The reference's tensors; layers that follow those in `given` read these.
static FailureOr<NamedTensors> evaluate(Runner &reference, ArrayRef<TensorValues> inputs, const NamedTensors &given) {
  NamedTensors expected;
  for (auto [input, values] : llvm::zip(reference.getInterface().inputs, inputs))
    expected[input.name] = {input.shape, toNumbers(input, values)};
  auto keep = [&](StringRef name, reference::Tensor &tensor) {
    expected[name.str()] = tensor;
    if (auto found = given.find(name.str());
        found != given.end() && found->second.values.size() == tensor.values.size())
      tensor.values = found->second.values;
  };
  if (failed(reference.evaluate(inputs, keep)))
    return failure();
  return expected;
}

/// Normal values, or integers of any value, the same on every machine.
static std::vector<TensorValues> makeUpInputs(const ModelInterface &interface) {
  std::mt19937 generator(kSeed);
  std::vector<TensorValues> inputs;
  for (const TensorInterface &tensor : interface.inputs) {
    TensorValues values;
    for (int64_t i = 0; i < tensor.elements(); ++i) {
      uint32_t bits = generator();
      if (tensor.isFloat())
        values.floats.push_back(static_cast<float>(bits) / 2147483648.0f - 1.0f);
      else
        values.bytes.push_back(bits >> 24);
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

/// Of modules in contexts of their own, whose attributes are never the same.
static bool haveEqualMeanings(mn::QuantizationAttr a, mn::QuantizationAttr b) {
  return a && b ? a.getRealScale() == b.getRealScale() && a.getZeroPoint() == b.getZeroPoint() : !a && !b;
}

static bool haveEqualInputs(const ModelInterface &a, const ModelInterface &b) {
  return llvm::equal(a.inputs, b.inputs, [](const TensorInterface &one, const TensorInterface &other) {
    return one.name == other.name && one.shape == other.shape && one.kind == other.kind &&
           haveEqualMeanings(one.quantization, other.quantization);
  });
}

static void printTable(const Comparison &comparison, double tolerance) {
  print("{:>3}  {:<24} {:<16} {:<4} {:<9} {:>10} {:>10} {:>9}\n", "", "tensor", "shape", "type", "layout", "max error",
        "max value", "ratio");
  for (auto [number, difference] : llvm::enumerate(comparison.get())) {
    const LayerInterface &layer = comparison.getLayers()[number];
    print("{:>3}  {:<24} {:<16} {:<4} {:<9} ", number, fitName(difference.name, 24), formatShapeTimes(layer.shape),
          formatElement(layer.element), layer.layout);
    if (!difference.isKnown)
      print("{:>10}", "no reference");
    else if (difference.units)
      print("{:>10} {:>10} {:>9}", difference.largestError, difference.largestValue, "units");
    else
      print("{:>10.3g} {:>10.3g} {:>9.1e}", difference.largestError, difference.largestValue,
            difference.largestValue > 0 ? difference.largestError / difference.largestValue : 0.0);
    print("{}\n", difference.isWithin(tolerance) ? "" : "  differs");
  }
}

static void printTables(ArrayRef<Comparison> comparisons, double tolerance) {
  printTable(comparisons.front(), tolerance);
  for (const Comparison &other : comparisons.drop_front()) {
    print("\nwith row rings off, every tensor:\n");
    printTable(other, tolerance);
  }
}

static void printJson(ArrayRef<Comparison> comparisons, double tolerance) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Comparison &comparison : comparisons)
    for (const auto &[layer, difference] : llvm::zip(comparison.getLayers(), comparison.get()))
      json.push_back({{"layer", layer.name},
                      {"tensor", difference.name},
                      {"kernel", layer.kernel},
                      {"shape", layer.shape},
                      {"type", formatElement(layer.element)},
                      {"layout", layer.layout},
                      {"row_rings", &comparison == comparisons.begin() && hasRings(comparison.getLayers())},
                      {"max_error", difference.largestError},
                      {"max_value", difference.largestValue},
                      {"compared", difference.isKnown},
                      {"within_tolerance", difference.isWithin(tolerance)}});
  print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// 1 after an error that names the first tensor that was not compared or differs, else 0.
static int judge(const Comparison &comparison, double tolerance, Diagnostics &diagnostics) {
  for (const TensorDifference &difference : comparison.get())
    if (!difference.isKnown)
      return diagnostics.error({}, fmt::format("the reference has no tensor {} of that shape", quote(difference.name))),
             1;
  for (const TensorDifference &difference : comparison.get())
    if (!difference.isWithin(tolerance)) {
      std::string most = difference.units ? fmt::format("{} units", *difference.units)
                                          : fmt::format("{} of its largest value", tolerance);
      return diagnostics.error({}, fmt::format("{} is the first tensor that differs from the reference by more than {}",
                                               quote(difference.name), most)),
             1;
    }
  return 0;
}

/// The objects to compare: as asked for, and where that has rings and does not come from a dump, without them.
static FailureOr<std::vector<std::unique_ptr<Runner>>> createObjects(Session &asked, Session &plain,
                                                                     const CommandLine &line) {
  CommandLine objectLine = line;
  objectLine.options.hooks = true;
  std::vector<std::unique_ptr<Runner>> objects;
  auto object = Runner::create(asked, objectLine);
  if (failed(object))
    return failure();
  objects.push_back(std::move(*object));
  if (!line.fromIr.empty() || !hasRings(objects.front()->getInterface().layers))
    return objects;
  objectLine.options.disabledPasses.push_back(kPlanFusion.str());
  auto other = Runner::create(plain, objectLine);
  if (failed(other))
    return failure();
  objects.push_back(std::move(*other));
  return objects;
}

/// How far a tensor may be from the evaluator's, which computes in double precision whatever the object does: bf16
/// keeps 8 bits of a value and f16 11, and layers add up what they lose.
static double getTolerance(const CommandLine &line) {
  if (line.tolerance)
    return *line.tolerance;
  switch (line.options.precision) {
  case Precision::Fp32:
    return 1e-5;
  case Precision::Bf16:
    return 0.15;
  case Precision::Fp16:
    return 0.02;
  }
  llvm_unreachable("every precision has a tolerance");
}

int runDiff(const CommandLine &line) {
  double tolerance = getTolerance(line);
  Session objectSession, plainSession, referenceSession;
  CommandLine referenceLine = line;
  referenceLine.reference = true;
  referenceLine.options.precision = Precision::Fp32;
  referenceLine.fromIr.clear();
  auto objects = createObjects(objectSession, plainSession, line);
  if (failed(objects))
    return std::max(objectSession.getFailureStatus(), plainSession.getFailureStatus());
  auto reference = Runner::create(referenceSession, referenceLine);
  if (failed(reference))
    return 1;
  if (!haveEqualInputs(objects->front()->getInterface(), (*reference)->getInterface()))
    return referenceSession.getDiagnostics()
               .error({}, "the dump expects other inputs than the description")
               .note("--from-ir takes a dump of the same model"),
           1;
  // The reference knows the preprocessing even where the object comes from a dump.
  auto inferences = collectInputs(**reference, line, referenceSession.getDiagnostics());
  if (failed(inferences))
    return 1;
  ModuleOp imported = *(*reference)->getModel().module;
  IntegerTable integers = describeIntegers(imported.lookupSymbol<func::FuncOp>(mn::kNetworkFunction));
  std::vector<Comparison> comparisons;
  for (const std::unique_ptr<Runner> &object : *objects)
    comparisons.emplace_back(*object, integers);
  for (const std::vector<TensorValues> &inputs : *inferences) {
    FailureOr<NamedTensors> expected;
    for (Comparison &comparison : comparisons) {
      auto given = comparison.computeFast(inputs);
      if (failed(given))
        return 1;
      if (failed(expected) || !given->empty())
        expected = evaluate(**reference, inputs, *given);
      if (failed(expected) || failed(comparison.add(inputs, *expected)))
        return 1;
    }
  }
  line.json ? printJson(comparisons, tolerance) : printTables(comparisons, tolerance);
  for (const Comparison &comparison : comparisons)
    if (int status = judge(comparison, tolerance, objectSession.getDiagnostics()))
      return status;
  return 0;
}

} // namespace mncc
