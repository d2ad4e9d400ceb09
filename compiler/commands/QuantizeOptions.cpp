// SPDX-License-Identifier: Apache-2.0
// Compiled with exceptions, which CLI11 needs.
#include "compiler/commands/QuantizeOptions.h"

#include "compiler/commands/CommandOptions.h"

namespace mncc {

void addQuantizeOptions(CLI::App &app, CommandLine &line) {
  app.add_option("--images", line.imageDirectory, "Folder of pictures to calibrate with")
      ->type_name("DIR")
      ->group(kRun);
  app.add_option("--calibration", line.calibrationFile, "Statistics of an earlier run instead")
      ->type_name("FILE")
      ->group(kRun);
  addLimit(app, line);
  addSkipBadImages(app, line);
  app.add_option("--labels", line.labelsFile, "Pictures to measure accuracy with; CSV: file, class")
      ->type_name("CSV")
      ->group(kRun);
  app.add_option("--labelled-images", line.labelledDirectory, "Their folder (that of the CSV)")
      ->type_name("DIR")
      ->group(kRun);
  app.add_option("--method", line.rangeMethod, "Ranges: minmax, mse, entropy, percentile (minmax)")
      ->transform(choice(Choices<RangeMethod>{{"minmax", RangeMethod::MinMax},
                                              {"mse", RangeMethod::Mse},
                                              {"entropy", RangeMethod::Entropy},
                                              {"percentile", RangeMethod::Percentile}}))
      ->type_name("METHOD")
      ->group(kQuantization);
  auto *perTensor =
      app.add_flag("--per-tensor", line.perTensor, "One scale for all channels of a filter")->group(kQuantization);
  app.add_flag("--per-channel")
      ->description("A scale for each of them (the default)")
      ->excludes(perTensor)
      ->group(kQuantization);
  app.add_flag("--equalize", line.equalizes, "Scale channels up to their tensor's largest")->group(kQuantization);
  app.add_option("--rounding", line.rounding, "Weights: nearest, gptq (gptq with --images)")
      ->transform(choice(Choices<FilterRounding>{{"nearest", FilterRounding::Nearest}, {"gptq", FilterRounding::Gptq}}))
      ->type_name("METHOD")
      ->group(kQuantization);
  app.add_option("--bias-correction", line.biasCorrection, "none, analytic, empirical (with --images)")
      ->transform(choice(Choices<BiasCorrection>{{"none", BiasCorrection::None},
                                                 {"analytic", BiasCorrection::Analytic},
                                                 {"empirical", BiasCorrection::Empirical}}))
      ->type_name("METHOD")
      ->group(kQuantization);
  app.add_option("--keep-float", line.keepFloat, "Layers that stay floats, by name")
      ->delimiter(',')
      ->type_name("LAYER,..")
      ->group(kQuantization);
  app.add_option("--accuracy-loss", line.accuracyLoss, "Keep layers float so that top-1 falls no more")
      ->check(between<double>(0, 100))
      ->type_name("POINTS")
      ->group(kQuantization);
  app.add_flag("--float-interface", line.floatInterface, "Inputs and results stay floats")->group(kQuantization);
}

void checkQuantizeOptions(const CommandLine &line) {
  if (line.imageDirectory.empty() && line.calibrationFile.empty())
    throw CLI::RequiredError("--images or --calibration");
  bool hasImages = !line.imageDirectory.empty();
  if (line.labelsFile.empty() && line.accuracyLoss)
    throw CLI::RequiredError("--labels CSV, with --accuracy-loss,");
  if (line.labelsFile.empty() && !line.labelledDirectory.empty())
    throw CLI::RequiredError("--labels CSV, with --labelled-images,");
  if (line.labelsFile.empty() && !line.labelColumn.empty())
    throw CLI::RequiredError("--labels CSV, with --label-column,");
  if (line.labelsFile.empty() && line.labelOffset)
    throw CLI::RequiredError("--labels CSV, with --label-offset,");
  if (line.labelsFile.empty() && !hasImages && line.crop)
    throw CLI::RequiredError("--images or --labels CSV, with --crop,");
  if (line.limit > 0 && !hasImages)
    throw CLI::RequiredError("--images, with --limit,");
  if (line.skipsBadImages && !hasImages)
    throw CLI::RequiredError("--images, with --skip-bad-images,");
  if (line.equalizes && !hasImages)
    throw CLI::RequiredError("--images, with --equalize,");
  if (line.rounding == FilterRounding::Gptq && !hasImages)
    throw CLI::RequiredError("--images, with --rounding=gptq,");
  if (line.biasCorrection == BiasCorrection::Empirical && !hasImages)
    throw CLI::RequiredError("--images, with --bias-correction=empirical,");
}

} // namespace mncc
