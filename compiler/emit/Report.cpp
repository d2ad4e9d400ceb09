// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Report.h"

#include "llvm/Object/ObjectFile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <map>
#include <set>

namespace mncc {

int64_t countCodeBytes(llvm::StringRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return 0;
  }
  int64_t bytes = 0;
  for (const llvm::object::SectionRef &section : (*file)->sections()) {
    llvm::StringRef name = llvm::cantFail(section.getName());
    bool isConstants = name.starts_with(".rodata") && !name.ends_with("_weights");
    if (section.isText() || isConstants)
      bytes += section.getSize();
  }
  return bytes;
}

int64_t RowCost::multiplyAdds() const {
  int64_t sum = 0;
  for (const LayerInterface &layer : model.layers)
    sum += layer.multiplyAdds;
  return sum;
}

static std::string placeOf(const LayerInterface &layer) {
  std::string space = mn::stringifySpace(layer.output.getSpace()).str();
  return fmt::format("{} {}", space, layer.output.getOffset());
}

namespace {

/// Prints the report of one row; each method is one paragraph of it.
class ReportPrinter {
public:
  explicit ReportPrinter(const RowCost &row) : row(row), model(row.model) {}

  std::string print() {
    printTotals();
    printLayers();
    printKernels();
    return std::move(text);
  }

private:
  template <typename... Args> void line(fmt::format_string<Args...> format, Args &&...args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text.push_back('\n');
  }

  void printTotals() {
    std::set<std::string> kernels;
    for (const LayerInterface &layer : model.layers)
      for (const std::string &kernel : layer.stripKernels.empty() ? std::vector{layer.kernel} : layer.stripKernels)
        kernels.insert(kernel);
    line("{} for {} ({})", model.name, model.target.getString("triple").str(), model.target.getCpu().str());
    line("");
    line("code            {:>12} bytes, {} kernels for {} layers", row.codeBytes, kernels.size(), model.layers.size());
    line("weights         {:>12} bytes{}", model.weightBytes,
         model.weightsFormat == "f32" ? "" : ", filters as " + model.weightsFormat);
    line("arena           {:>12} bytes", model.arenaBytes);
    line("stack           {:>12} bytes at most", row.stackBytes);
    line("multiply-adds   {:>12}{}", row.multiplyAdds(),
         model.precision == "f32" ? "" : ", tensors between layers of " + model.precision);
    if (model.isFast())
      line("fast numerics   {}", kFastPromise.str());
    for (const auto &[role, tensors] : {std::pair("input", &model.inputs), std::pair("output", &model.outputs)})
      for (const TensorInterface &tensor : *tensors)
        line("{:<15} {:>12} bytes, {} of {}{}: {}", role, tensor.bytes(), formatShapeTimes(tensor.shape),
             formatElement(tensor.kind), tensor.quantization ? ", q is " + formatMeaning(tensor.quantization) : "",
             sanitizeComment(tensor.name));
    line("");
  }

  void printLayers() {
    // Floats round in one way only.
    bool hasIntegers = llvm::any_of(model.layers, [](const LayerInterface &layer) { return !layer.numerics.empty(); });
    auto roundingOf = [&](const std::string &numerics) {
      return hasIntegers ? fmt::format("{:<9}", numerics.empty() ? "-" : numerics) : "";
    };
    line("{:>3}  {:<24} {:<16} {:<5} {}{:<9} {:>12}  {:<16} {}", "", "layer", "result", "type", roundingOf("numerics"),
         "layout", "mult-adds", "place", "kernel");
    for (size_t i = 0; i < model.layers.size(); ++i) {
      const LayerInterface &layer = model.layers[i];
      line("{:>3}  {:<24} {:<16} {:<5} {}{:<9} {:>12}  {:<16} {}", i, fitName(layer.name, 24),
           formatShapeTimes(layer.shape), formatElement(layer.element), roundingOf(layer.numerics), layer.layout,
           layer.multiplyAdds, placeOf(layer), layer.kernel);
    }
    line("");
  }

  /// In the order of the names, so that equal compilations give equal reports.
  void printKernels() {
    std::map<std::string, const KernelCode *> sorted;
    for (const KernelCode &function : row.functions)
      sorted[function.code.name] = &function;
    line("{:<64} {:>6} {:>6} {:>6} {:>6} {:>7}  {}", "kernel", "spills", "calls", "align", "stack", "unroll",
         "tuned for");
    for (const auto &[name, function] : sorted)
      line("{:<64} {:>6} {:>6} {:>6} {:>6} {:>7}  {}", name, function->code.stackAccesses, function->code.calls,
           function->code.loopAlign, function->code.frameBytes.value_or(-1), function->variant.unroll,
           function->variant.tuneCpu);
  }

  const RowCost &row;
  const ModelInterface &model;
  std::string text;
};

} // namespace

std::string printReport(llvm::ArrayRef<RowCost> rows) {
  std::vector<std::string> reports;
  for (const RowCost &row : rows)
    reports.push_back(ReportPrinter(row).print());
  return fmt::format("{}", fmt::join(reports, "\n"));
}

} // namespace mncc
