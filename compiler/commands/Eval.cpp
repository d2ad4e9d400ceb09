// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Accuracy.h"
#include "compiler/commands/Commands.h"
#include "compiler/commands/Median.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/ProgressBar.h"
#include "compiler/commands/Runner.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

using namespace mlir;

namespace mncc {

/// What the network computes with: its own integers, however they are given, else what its tensors are of.
static std::string namePrecision(const Runner &runner, bool isReference) {
  const std::vector<InputTensor> &inputs = runner.getModel().inputs;
  if (!inputs.empty() && inputs.front().quantization)
    return formatElement(inputs.front().quantization->type == QuantizedType::UInt8 ? ElementKind::U8 : ElementKind::S8);
  return isReference ? "f64" : runner.getInterface().precision;
}

int runEval(const CommandLine &line) {
  Session session;
  Diagnostics &diagnostics = session.getDiagnostics();
  auto runner = Runner::create(session, line);
  if (failed(runner))
    return session.getFailureStatus();
  int64_t classes = (*runner)->getInterface().outputs.front().elements();
  auto table = readClasses(line, line.limit, classes, diagnostics);
  if (failed(table))
    return 1;
  ProgressBar bar;
  std::vector<double> milliseconds;
  size_t top1 = 0, top5 = 0, done = 0;
  for (const LabelledImage &image : *table) {
    SmallString<128> path(line.imageDirectory);
    llvm::sys::path::append(path, image.file);
    auto picture = loadPicture(**runner, path.str().str(), line, diagnostics);
    if (failed(picture))
      return 1;
    auto start = std::chrono::steady_clock::now();
    auto outputs = (*runner)->run({std::move(*picture)});
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    if (failed(outputs))
      return 1;
    std::vector<size_t> best = findTop(toReals((*runner)->getInterface().outputs.front(), outputs->front()), 5);
    top1 += best.front() == static_cast<size_t>(image.label);
    top5 += llvm::is_contained(best, static_cast<size_t>(image.label));
    ++done;
    bar.show(static_cast<double>(done) / table->size(),
             fmt::format("{}/{}  top-1 {:.2f} %", done, table->size(), 100.0 * top1 / done));
  }
  std::string precision = namePrecision(**runner, line.reference);
  double count = std::max<size_t>(done, 1);
  if (line.json)
    print("{}\n", nlohmann::ordered_json({{"images", done},
                                          {"top1", top1 / count},
                                          {"top5", top5 / count},
                                          {"precision", precision},
                                          {"median_ms", median(milliseconds)}})
                      .dump());
  else
    print("{} images: top-1 {:.2f} %, top-5 {:.2f} %, {:.3f} ms an image (median), {}\n", done, 100 * top1 / count,
          100 * top5 / count, median(milliseconds), precision);
  return 0;
}

} // namespace mncc
