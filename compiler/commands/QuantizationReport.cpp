// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/QuantizationReport.h"

#include "compiler/commands/Print.h"
#include "compiler/emit/Interface.h"
#include "dialects/mn/Quantization.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace mlir;

namespace mncc {

void NoiseMeter::add(ArrayRef<float> exact, ArrayRef<float> actual) {
  for (auto [wanted, found] : llvm::zip_equal(exact, actual)) {
    signal += double(wanted) * wanted;
    noise += (double(wanted) - found) * (double(wanted) - found);
  }
}

double NoiseMeter::getDecibels() const { return noise == 0 ? INFINITY : 10 * std::log10(signal / noise); }

static auto listLayers(ModuleOp module) {
  return module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction).getOps<mn::LayerOpInterface>();
}

static std::string describeScale(mn::LayerOpInterface layer) {
  mn::QuantizationAttr quantization = mn::getQuantization(layer->getResult(0));
  return quantization ? fmt::format("{:>10.4g} {:>5}", quantization.getRealScale(), quantization.getZeroPoint())
                      : fmt::format("{:>10} {:>5}", "float", "");
}

static std::string describeNoise(const QuantizationReport &report, const std::string &tensor) {
  auto found = report.tensors.find(tensor);
  return found == report.tensors.end() ? "-" : fmt::format("{:.1f}", found->second.getDecibels());
}

static void printLayers(ModuleOp module, ArrayRef<QuantizationReport> reports) {
  print("{:<28} {:<20} {:<16} {:>10} {:>5}", "tensor", "layer", "shape", "scale", "zero");
  for (const QuantizationReport &report : reports)
    print(" {:>9}", report.name);
  print("\n");
  for (mn::LayerOpInterface layer : listLayers(module)) {
    std::string name = mn::getTensorName(layer).str();
    print("{:<28} {:<20} {:<16} {}", fitName(name, 28), layer->getName().stripDialect().str(),
          formatShapeTimes(cast<ShapedType>(layer->getResult(0).getType()).getShape()), describeScale(layer));
    for (const QuantizationReport &report : reports)
      print(" {:>9}", describeNoise(report, name));
    print("\n");
  }
}

static double getPercent(int64_t right, const QuantizationSummary &summary) {
  return 100.0 * static_cast<double>(right) / static_cast<double>(summary.labelled);
}

static void printAccuracy(ArrayRef<QuantizationReport> reports, const QuantizationSummary &summary) {
  if (summary.labelled == 0)
    return;
  print("top-1 of {} labelled pictures: floats {:.2f} %", summary.labelled, getPercent(summary.rightFloats, summary));
  for (const QuantizationReport &report : reports)
    print(", {} {:.2f} %", report.name, getPercent(report.right, summary));
  print("\n");
}

/// A line of what the search has tried: the layer `name`, what the network came to, and `rest`.
static void printTry(const std::string &name, const Score &score, const QuantizationSummary &summary,
                     const std::string &rest) {
  print("{:<28} {:>6.1f} dB {:>7.2f} %{}\n", sanitizeComment(name), score.result.getDecibels(),
        getPercent(score.right, summary), rest);
}

static void printSearch(const QuantizationSummary &summary) {
  if (!summary.hasSearched)
    return;
  if (summary.gains.empty())
    return print("no layer has to stay float\n");
  print("{:<28} {:>9} {:>9} {:>14}\n", "of floats alone", "result", "top-1", "multiply-adds");
  for (const LayerGain &gain : summary.gains)
    printTry(gain.layer, gain.score, summary,
             fmt::format(" {:>12.1f} %{}", 100 * gain.workShare,
                         llvm::is_contained(summary.kept, gain.layer) ? "  stays float" : ""));
  printTry("none", summary.withoutFloats, summary, "");
  print("--keep-float={}\n", llvm::join(summary.kept, ","));
}

void printReports(ModuleOp module, ArrayRef<QuantizationReport> reports, const QuantizationSummary &summary) {
  if (!reports.empty() && reports.front().images > 0) {
    printLayers(module, reports);
    print("the last columns: signal-to-noise ratio in dB of the integers to the floats\n");
  }
  for (const QuantizationReport &report : reports)
    if (report.images > 0)
      print("{}: result {:.1f} dB, same class as the float network on {} of {} images\n", report.name,
            report.result.getDecibels(), report.sameClass, report.images);
  printAccuracy(reports, summary);
  printSearch(summary);
  if (summary.integerWeights > 0)
    print("weights {} -> {} bytes, code {} -> {} bytes here\n", summary.floatWeights, summary.integerWeights,
          summary.floatCode, summary.integerCode);
}

static nlohmann::ordered_json describeDecibels(double decibels) {
  return std::isfinite(decibels) ? nlohmann::ordered_json(decibels) : nlohmann::ordered_json();
}

static nlohmann::ordered_json describeScore(const Score &score) {
  return {{"result_db", describeDecibels(score.result.getDecibels())}, {"right", score.right}};
}

static nlohmann::ordered_json describeSearch(const QuantizationSummary &summary) {
  nlohmann::ordered_json gains = nlohmann::ordered_json::array();
  for (const LayerGain &gain : summary.gains) {
    gains.push_back({{"layer", gain.layer}});
    gains.back().update(describeScore(gain.score));
    gains.back()["work_share"] = gain.workShare;
  }
  nlohmann::ordered_json json{{"gains", gains}, {"keep_float", summary.kept}};
  if (!summary.gains.empty())
    json["without_floats"] = describeScore(summary.withoutFloats);
  return json;
}

void printReportsAsJson(ModuleOp module, ArrayRef<QuantizationReport> reports, const QuantizationSummary &summary) {
  nlohmann::ordered_json json;
  json["variants"] = nlohmann::ordered_json::array();
  for (const QuantizationReport &report : reports) {
    nlohmann::ordered_json tensors = nlohmann::ordered_json::object();
    for (mn::LayerOpInterface layer : listLayers(module))
      if (auto found = report.tensors.find(mn::getTensorName(layer).str()); found != report.tensors.end())
        tensors[found->first] = describeDecibels(found->second.getDecibels());
    json["variants"].push_back({{"name", report.name},
                                {"images", report.images},
                                {"same_class", report.sameClass},
                                {"right", report.right},
                                {"result_db", describeDecibels(report.result.getDecibels())},
                                {"tensor_db", tensors}});
  }
  if (summary.labelled > 0)
    json["labelled"] = {{"images", summary.labelled}, {"right_floats", summary.rightFloats}};
  if (summary.hasSearched)
    json["search"] = describeSearch(summary);
  json["float_weight_bytes"] = summary.floatWeights;
  json["weight_bytes"] = summary.integerWeights;
  json["float_code_bytes"] = summary.floatCode;
  json["code_bytes"] = summary.integerCode;
  print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

} // namespace mncc
