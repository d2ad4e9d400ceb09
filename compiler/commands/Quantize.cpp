// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Quantize.h"

#include "compiler/commands/Accuracy.h"
#include "compiler/commands/CalibrationImages.h"
#include "compiler/commands/Commands.h"
#include "compiler/commands/FloatSearch.h"
#include "compiler/commands/Image.h"
#include "compiler/commands/LayerRefinement.h"
#include "compiler/commands/NetworkFunction.h"
#include "compiler/commands/ObservedNetwork.h"
#include "compiler/commands/OutputFiles.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/ProgressBar.h"
#include "compiler/commands/QuantizationReport.h"
#include "compiler/commands/Runner.h"
#include "compiler/quantize/CheckCalibration.h"
#include "passes/Passes.h"
#include "passes/fuse/EqualizeChannels.h"
#include "passes/fuse/QuantizeNetwork.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

namespace {

/// One network on its way from floats to integers.
class Quantizer {
public:
  Quantizer(const CommandLine &line, Session &session)
      : line(line), session(session), diagnostics(session.getDiagnostics()) {}

  /// Makes the integers, and measures them where there are pictures.
  LogicalResult run();
  FailureOr<DescribedNetwork> describe();
  OwningOpRef<ModuleOp> takeIntegers() { return std::move(integers); }
  /// Writes `network` and what was measured.
  LogicalResult write(const DescribedNetwork &network);

private:
  LogicalResult prepareFloats();
  LogicalResult checkPicturesFit();
  LogicalResult checkKeptLayers();
  LogicalResult takeImages();
  LogicalResult takeLabels();
  LogicalResult compileFloats();
  LogicalResult calibrate();
  LogicalResult collectStatistics();
  LogicalResult equalize();
  LogicalResult refine();
  LogicalResult addVariant(StringRef name);
  LogicalResult measureVariant(StringRef name);
  LogicalResult searchFloatLayers();
  FailureOr<OwningOpRef<ModuleOp>> quantize(bool correctsBias, ArrayRef<std::string> kept);
  FailureOr<OwningOpRef<ModuleOp>> makeRefined(ArrayRef<std::string> kept);
  FilterRounding getRounding() const;
  BiasCorrection getBiasCorrection() const;
  FailureOr<QuantizationReport> measure(StringRef name, ModuleOp integers);
  std::vector<float> prepareInput(size_t image) const { return normalizePixels(images[image], model.inputs.front()); }

  const CommandLine &line;
  Session &session;
  Diagnostics &diagnostics;
  Model model;
  /// The names of all layers, of those too that the fuse passes leave out, as dropout.
  llvm::StringSet<> layersAsWritten;
  std::vector<std::vector<uint8_t>> images;
  std::unique_ptr<ObservedNetwork> floats;
  /// What ranges are chosen from, of the images or of a file; and what the images alone gave, with which biases are
  /// measured.
  Calibration calibration, ofImages;
  /// The statistics of the network as it came, for the file.
  std::string calibrationText;
  OwningOpRef<ModuleOp> integers;
  /// One for each form that was measured; the last one is of `integers`.
  std::vector<QuantizationReport> reports;
  /// Null without labels.
  std::unique_ptr<AccuracyMeter> meter;
  QuantizationSummary summary;
};

} // namespace

/// The layers stand as they are quantised: batch norms folded, activations taken in.
LogicalResult Quantizer::prepareFloats() {
  auto loaded = session.loadModel(line);
  if (failed(loaded))
    return failure();
  model = std::move(*loaded);
  WalkResult integers = model.module->walk([](mn::LayerOpInterface layer) {
    return cast<ShapedType>(layer->getResult(0).getType()).getElementType().isF32() ? WalkResult::advance()
                                                                                    : WalkResult::interrupt();
  });
  if (integers.wasInterrupted())
    return diagnostics
        .error({}, fmt::format("expects a model of floats, but {} has integers already", quote(line.model)))
        .note("compile it as it is");
  for (auto layer : findNetwork(*model.module).getOps<mn::LayerOpInterface>())
    layersAsWritten.insert(mn::getTensorName(layer));
  PassManager passes(&session.getContext());
  buildQuantizablePipeline(passes);
  return passes.run(*model.module);
}

LogicalResult Quantizer::checkPicturesFit() {
  const std::vector<InputTensor> &inputs = model.inputs;
  if (inputs.size() == 1 && inputs.front().shape.size() == 3 && llvm::is_contained({1, 3}, inputs.front().shape.back()))
    return success();
  return diagnostics.error({}, "pictures need a network with one input of height, width and 1 or 3 channels")
      .note("such a network is calibrated on numbers, which mncc does not do");
}

LogicalResult Quantizer::checkKeptLayers() {
  std::vector<std::string> names;
  for (auto layer : findNetwork(*model.module).getOps<mn::LayerOpInterface>()) {
    names.push_back(mn::getLocationName(layer->getLoc()).str());
    if (auto fused = layer.getFusedAttr())
      for (StringRef name : fused.getAsValueRange<StringAttr>())
        names.push_back(name.str());
  }
  for (const std::string &kept : line.keepFloat) {
    if (llvm::is_contained(names, kept))
      continue;
    if (layersAsWritten.contains(kept))
      return diagnostics.error({}, fmt::format("--keep-float names {}, which the fuse passes leave out", quote(kept)))
          .note("it changes no value; name the layer before it or behind it");
    Diagnostic &error = diagnostics.error({}, fmt::format("--keep-float names {}, which is no layer", quote(kept)));
    suggestNearest(error, kept, names);
    return error.note("'mncc expand MODEL' lists the layers");
  }
  return success();
}

LogicalResult Quantizer::takeImages() {
  if (line.imageDirectory.empty())
    return success();
  auto paths = listImages(line.imageDirectory, line.limit, diagnostics);
  if (failed(paths))
    return failure();
  auto loaded = loadImages(*paths, model.inputs.front(), line.crop, line.skipsBadImages, diagnostics);
  if (failed(loaded))
    return failure();
  images = std::move(*loaded);
  return success();
}

/// Compiles the floats, which pictures of either kind run through.
LogicalResult Quantizer::takeLabels() {
  if (images.empty() && line.labelsFile.empty())
    return success();
  if (failed(compileFloats()))
    return failure();
  if (line.labelsFile.empty())
    return success();
  auto loaded = AccuracyMeter::create(line, model.inputs.front(), *floats, diagnostics);
  if (failed(loaded))
    return failure();
  meter = std::move(*loaded);
  summary.labelled = meter->countPictures();
  summary.rightFloats = meter->countRightFloats();
  return success();
}

LogicalResult Quantizer::compileFloats() {
  auto network = ObservedNetwork::create(*model.module, line.options, diagnostics);
  if (failed(network))
    return failure();
  floats = std::move(*network);
  summary.floatWeights = floats->getWeightBytes();
  summary.floatCode = floats->getCodeBytes();
  return success();
}

LogicalResult Quantizer::calibrate() {
  bool hasFile = !line.calibrationFile.empty();
  if ((!hasFile || getBiasCorrection() == BiasCorrection::Empirical) && failed(collectStatistics()))
    return failure();
  if (hasFile) {
    auto read = readCalibration(line.calibrationFile, diagnostics);
    if (failed(read) || failed(checkCalibration(*read, findNetwork(*model.module), diagnostics)))
      return failure();
    calibration = std::move(*read);
  }
  calibrationText = printCalibration(calibration);
  return success();
}

LogicalResult Quantizer::collectStatistics() {
  ofImages = Calibration();
  ofImages.images = static_cast<int64_t>(images.size());
  auto collect = [&](StringRef name, ArrayRef<float> values, int64_t channels) {
    ofImages.tensors[name.str()].add(values, channels);
  };
  ProgressBar bar;
  for (size_t image = 0; image < images.size(); ++image) {
    bar.show(static_cast<double>(image) / images.size(), fmt::format("calibrating {}/{}", image, images.size()));
    if (failed(floats->run(prepareInput(image), collect)))
      return failure();
  }
  calibration = ofImages;
  return success();
}

/// The float network goes on with other weights, and so with other statistics.
LogicalResult Quantizer::equalize() {
  Builder builder(&session.getContext());
  NamedAttrList magnitudes;
  for (const auto &[name, tensor] : calibration.tensors)
    magnitudes.set(name, builder.getDenseF64ArrayAttr(tensor.channelMagnitudes));
  findNetwork(*model.module)->setAttr(kMagnitudesAttr, magnitudes.getDictionary(&session.getContext()));
  PassManager passes(&session.getContext());
  passes.addNestedPass<func::FuncOp>(createEqualizeChannelsPass());
  return success(succeeded(passes.run(*model.module)) && succeeded(compileFloats()) && succeeded(collectStatistics()));
}

/// Between which numbers the preprocessing brings bytes.
static ValueRange findByteRange(const InputTensor &input) {
  std::vector<uint8_t> ends(2 * input.preprocessing->mean.size(), 0);
  std::fill(ends.begin() + ends.size() / 2, ends.end(), 255);
  std::vector<float> values = normalizePixels(ends, input);
  auto [least, most] = std::minmax_element(values.begin(), values.end());
  return {*least, *most};
}

FailureOr<OwningOpRef<ModuleOp>> Quantizer::quantize(bool correctsBias, ArrayRef<std::string> kept) {
  OwningOpRef<ModuleOp> module = model.module->clone();
  Builder builder(&session.getContext());
  NamedAttrList ranges, means;
  auto setRange = [&](StringRef name, ValueRange range) {
    ranges.set(name, builder.getDenseF64ArrayAttr({range.least, range.most}));
  };
  for (const auto &[name, tensor] : calibration.tensors) {
    setRange(name, chooseRange(tensor.histogram, line.rangeMethod));
    means.set(name, builder.getDenseF64ArrayAttr(tensor.getMeans()));
  }
  if (model.inputs.front().preprocessing)
    setRange(model.inputs.front().name, findByteRange(model.inputs.front()));
  func::FuncOp network = findNetwork(*module);
  network->setAttr(kRangesAttr, ranges.getDictionary(&session.getContext()));
  if (correctsBias)
    network->setAttr(kMeansAttr, means.getDictionary(&session.getContext()));
  QuantizeNetworkPassOptions options;
  options.keepFloat.assign(kept.begin(), kept.end());
  options.perTensor = line.perTensor;
  options.floatInterface = line.floatInterface;
  PassManager passes(&session.getContext());
  passes.addNestedPass<func::FuncOp>(createQuantizeNetworkPass(options));
  if (failed(passes.run(*module)))
    return failure();
  return module;
}

FailureOr<QuantizationReport> Quantizer::measure(StringRef name, ModuleOp module) {
  auto integers = ObservedNetwork::create(module, line.options, diagnostics);
  if (failed(integers))
    return failure();
  summary.integerWeights = (*integers)->getWeightBytes();
  summary.integerCode = (*integers)->getCodeBytes();
  QuantizationReport report;
  report.name = name.str();
  report.images = static_cast<int64_t>(images.size());
  ProgressBar bar;
  for (size_t image = 0; image < images.size(); ++image) {
    bar.show(static_cast<double>(image) / images.size(), fmt::format("measuring {}/{}", image, images.size()));
    std::map<std::string, std::vector<float>> exact;
    auto keep = [&](StringRef tensor, ArrayRef<float> values, int64_t) { exact[tensor.str()] = values.vec(); };
    auto compare = [&](StringRef tensor, ArrayRef<float> values, int64_t) {
      if (auto found = exact.find(tensor.str()); found != exact.end())
        report.tensors[found->first].add(found->second, values);
    };
    std::vector<float> input = prepareInput(image);
    auto wanted = floats->run(input, keep);
    auto actual = (*integers)->run(input, compare);
    if (failed(wanted) || failed(actual))
      return failure();
    report.result.add(*wanted, *actual);
    report.sameClass += findTop(*wanted, 1) == findTop(*actual, 1);
  }
  if (meter) {
    auto score = meter->measure(**integers);
    if (failed(score))
      return failure();
    report.right = score->right;
  }
  return report;
}

FailureOr<DescribedNetwork> Quantizer::describe() {
  Model described;
  described.module = integers->clone();
  described.name = model.name;
  described.labels = model.labels;
  described.inputs = model.inputs;
  auto network = describeNetworkFiles(described, sanitizeIdentifier(model.name));
  if (succeeded(network))
    network->files["calibration.json"] = calibrationText;
  return network;
}

LogicalResult Quantizer::write(const DescribedNetwork &network) {
  if (failed(writeFiles(line.outputDirectory, network.files, diagnostics)))
    return failure();
  if (line.json)
    return printReportsAsJson(*integers, reports, summary), success();
  printReports(*integers, reports, summary);
  std::string written;
  for (const auto &[name, content] : network.files)
    written += (written.empty() ? "" : ", ") + name;
  print("wrote {} to {}\n", written, line.outputDirectory);
  return success();
}

LogicalResult Quantizer::measureVariant(StringRef name) {
  if (!floats)
    return success();
  auto report = measure(name, *integers);
  if (failed(report))
    return failure();
  reports.push_back(std::move(*report));
  return success();
}

LogicalResult Quantizer::addVariant(StringRef name) {
  auto quantized = quantize(false, line.keepFloat);
  if (failed(quantized))
    return failure();
  integers = std::move(*quantized);
  return measureVariant(name);
}

FilterRounding Quantizer::getRounding() const {
  return line.rounding.value_or(images.empty() ? FilterRounding::Nearest : FilterRounding::Gptq);
}

BiasCorrection Quantizer::getBiasCorrection() const {
  return line.biasCorrection.value_or(images.empty() ? BiasCorrection::Analytic : BiasCorrection::Empirical);
}

/// Integers with rounding and biases as they were asked for.
FailureOr<OwningOpRef<ModuleOp>> Quantizer::makeRefined(ArrayRef<std::string> kept) {
  auto quantized = quantize(getBiasCorrection() == BiasCorrection::Analytic, kept);
  Refinement refinement{getRounding() == FilterRounding::Gptq, getBiasCorrection() == BiasCorrection::Empirical};
  if (!kept.empty())
    refinement.heading = fmt::format("{} kept float, ", kept.size());
  if (failed(quantized) || (!refinement.roundsByProducts && !refinement.correctsBias))
    return quantized;
  std::vector<std::vector<float>> pictures;
  for (size_t image = 0; image < images.size(); ++image)
    pictures.push_back(prepareInput(image));
  if (failed(refineLayers(*model.module, **quantized, ofImages, pictures, refinement, line.options, diagnostics)))
    return failure();
  return quantized;
}

LogicalResult Quantizer::refine() {
  std::string name = getRounding() == FilterRounding::Gptq ? "+gptq" : "";
  if (getBiasCorrection() != BiasCorrection::None)
    name += "+bias";
  if (name.empty())
    return success();
  auto refined = makeRefined(line.keepFloat);
  if (failed(refined))
    return failure();
  integers = std::move(*refined);
  return measureVariant(name);
}

LogicalResult Quantizer::searchFloatLayers() {
  if (!line.accuracyLoss)
    return success();
  // What pictures correct depends on the layers before.
  bool correctsBias = getBiasCorrection() != BiasCorrection::None;
  FloatSearch search{*model.module,
                     *integers,
                     *meter,
                     *line.accuracyLoss / 100 * static_cast<double>(meter->countPictures()),
                     [&](ArrayRef<std::string> kept) { return makeRefined(kept); },
                     [&](ArrayRef<std::string> kept) { return quantize(correctsBias, kept); },
                     line.keepFloat,
                     line.options,
                     diagnostics};
  auto found = search.run();
  if (failed(found))
    return failure();
  summary.hasSearched = true;
  summary.gains = std::move(found->gains);
  summary.withoutFloats = found->withoutFloats;
  summary.kept = found->network.kept;
  if (summary.kept.empty())
    return success();
  integers = std::move(found->network.module);
  return measureVariant("+float");
}

LogicalResult Quantizer::run() {
  return success(succeeded(prepareFloats()) && succeeded(checkPicturesFit()) && succeeded(checkKeptLayers()) &&
                 succeeded(takeImages()) && succeeded(takeLabels()) && succeeded(calibrate()) &&
                 succeeded(addVariant("int8")) &&
                 (!line.equalizes || (succeeded(equalize()) && succeeded(addVariant("+equalize")))) &&
                 succeeded(refine()) && succeeded(searchFloatLayers()));
}

FailureOr<QuantizedModel> quantizeModel(const CommandLine &line, Session &session) {
  Quantizer quantizer(line, session);
  if (failed(quantizer.run()))
    return failure();
  auto network = quantizer.describe();
  if (failed(network))
    return failure();
  return QuantizedModel{std::move(*network), quantizer.takeIntegers()};
}

int runQuantize(const CommandLine &line) {
  Session session;
  Quantizer quantizer(line, session);
  if (failed(quantizer.run()))
    return session.getFailureStatus();
  auto network = quantizer.describe();
  return succeeded(network) && succeeded(quantizer.write(*network)) ? 0 : session.getFailureStatus();
}

} // namespace mncc
