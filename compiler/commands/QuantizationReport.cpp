// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/QuantizationReport.h"

#include "compiler/commands/Print.h"
#include "compiler/emit/Interface.h"
#include "dialects/mn/Quantization.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

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
    print("{:<28} {:<20} {:<16} {}", sanitizeComment(name), layer->getName().stripDialect().str(),
          formatShapeTimes(cast<ShapedType>(layer->getResult(0).getType()).getShape()), describeScale(layer));
    for (const QuantizationReport &report : reports)
      print(" {:>9}", describeNoise(report, name));
    print("\n");
  }
}

void printReports(ModuleOp module, ArrayRef<QuantizationReport> reports, const QuantizationSizes &sizes) {
  if (!reports.empty()) {
    printLayers(module, reports);
    print("the last columns: signal-to-noise ratio in dB of the integers to the floats\n");
  }
  for (const QuantizationReport &report : reports)
    print("{}: result {:.1f} dB, same class as the float network on {} of {} images\n", report.name,
          report.result.getDecibels(), report.sameClass, report.images);
  if (sizes.integerWeights > 0)
    print("weights {} -> {} bytes, code {} -> {} bytes here\n", sizes.floatWeights, sizes.integerWeights,
          sizes.floatCode, sizes.integerCode);
}

static nlohmann::ordered_json describeDecibels(double decibels) {
  return std::isfinite(decibels) ? nlohmann::ordered_json(decibels) : nlohmann::ordered_json();
}

void printReportsAsJson(ModuleOp module, ArrayRef<QuantizationReport> reports, const QuantizationSizes &sizes) {
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
                                {"result_db", describeDecibels(report.result.getDecibels())},
                                {"tensor_db", tensors}});
  }
  json["float_weight_bytes"] = sizes.floatWeights;
  json["weight_bytes"] = sizes.integerWeights;
  json["float_code_bytes"] = sizes.floatCode;
  json["code_bytes"] = sizes.integerCode;
  print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

} // namespace mncc
