// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Accuracy.h"

#include "compiler/commands/Image.h"
#include "compiler/commands/ProgressBar.h"
#include "compiler/commands/Runner.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

FailureOr<std::vector<LabelledImage>> readClasses(const CommandLine &line, int64_t limit, int64_t outputs,
                                                  Diagnostics &diagnostics) {
  auto table = readLabelTable(line.labelsFile, line.labelColumn, diagnostics);
  if (failed(table))
    return failure();
  if (limit > 0 && static_cast<int64_t>(table->size()) > limit)
    table->resize(limit);
  int64_t offset = line.labelOffset.value_or(0);
  bool addsBackground = !line.labelOffset && outputs == 1001 &&
                        llvm::all_of(*table, [](const LabelledImage &image) { return image.label < 1000; });
  if (addsBackground) {
    offset = 1;
    fmt::print(stderr, "note: the model has 1001 outputs and the labels at most 1000 classes: adding 1 to each label "
                       "(--label-offset changes that)\n");
  }
  for (LabelledImage &image : *table) {
    image.label += offset;
    if (image.label < 0 || image.label >= outputs)
      return diagnostics.error(image.location, fmt::format("expects a class below {}, found {}", outputs, image.label));
  }
  return table;
}

/// The folder of the labelled pictures: that of their table, unless another one is named.
static SmallString<128> findFolder(const CommandLine &line) {
  SmallString<128> folder(line.labelledDirectory);
  if (folder.empty())
    folder = llvm::sys::path::parent_path(line.labelsFile);
  return folder;
}

FailureOr<std::unique_ptr<AccuracyMeter>> AccuracyMeter::create(const CommandLine &line, const InputTensor &input,
                                                                ObservedNetwork &floats, Diagnostics &diagnostics) {
  auto table = readClasses(line, 0, floats.countOutputs(), diagnostics);
  if (failed(table))
    return failure();
  auto meter = std::make_unique<AccuracyMeter>();
  ProgressBar bar;
  for (const LabelledImage &labelled : *table) {
    size_t done = meter->classes.size();
    bar.show(static_cast<double>(done) / table->size(), fmt::format("floats {}/{}", done, table->size()));
    SmallString<128> path = findFolder(line);
    llvm::sys::path::append(path, labelled.file);
    auto image = readImage(path.str().str(), input.shape[2] == 1, diagnostics);
    if (failed(image))
      return failure();
    auto bytes = fitImage(*image, input, line.crop, path.str().str(), diagnostics);
    if (failed(bytes))
      return failure();
    meter->inputs.push_back(normalizePixels(*bytes, input));
    auto result = floats.run(meter->inputs.back());
    if (failed(result))
      return failure();
    meter->classes.push_back(labelled.label);
    meter->rightFloats += findTop(*result, 1).front() == meter->classes.back();
    meter->exactResults.push_back(std::move(*result));
  }
  return meter;
}

FailureOr<Score> AccuracyMeter::measure(ObservedNetwork &network) const {
  Score score;
  for (auto [input, exact, label] : llvm::zip_equal(inputs, exactResults, classes)) {
    auto result = network.run(input);
    if (failed(result))
      return failure();
    score.right += findTop(*result, 1).front() == label;
    score.result.add(exact, *result);
  }
  return score;
}

} // namespace mncc
