// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Report.h"

#include "llvm/Object/ObjectFile.h"

#include <fmt/format.h>

#include <iterator>
#include <set>

namespace mncc {

/// Bytes of machine code in `object`.
static int64_t countCodeBytes(llvm::StringRef object) {
  auto file = llvm::object::ObjectFile::createObjectFile(llvm::MemoryBufferRef(object, "object"));
  if (!file) {
    llvm::consumeError(file.takeError());
    return 0;
  }
  int64_t bytes = 0;
  for (const llvm::object::SectionRef &section : (*file)->sections())
    if (section.isText())
      bytes += section.getSize();
  return bytes;
}

static std::string placeOf(const LayerInterface &layer) {
  std::string space = mn::stringifySpace(layer.output.getSpace()).str();
  return fmt::format("{} {}", space, layer.output.getOffset());
}

std::string printReport(const ModelInterface &model, llvm::StringRef object, Artifacts &artifacts) {
  artifacts.codeBytes = countCodeBytes(object);
  std::string text;
  auto line = [&]<typename... Args>(fmt::format_string<Args...> format, Args &&...args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text.push_back('\n');
  };
  int64_t multiplyAdds = 0;
  std::set<std::string> kernels;
  for (const LayerInterface &layer : model.layers)
    multiplyAdds += layer.multiplyAdds, kernels.insert(layer.kernel);
  line("{} for {} ({})", model.name, model.target.getString("triple").str(), model.target.getCpu().str());
  line("");
  line("code            {:>12} bytes, {} kernels for {} layers", artifacts.codeBytes, kernels.size(),
       model.layers.size());
  line("weights         {:>12} bytes", model.weightBytes);
  line("arena           {:>12} bytes", model.arenaBytes);
  line("multiply-adds   {:>12}", multiplyAdds);
  line("");
  line("{:>3}  {:<24} {:<16} {:<9} {:>12}  {:<16} {}", "", "layer", "result", "layout", "mult-adds", "place", "kernel");
  for (size_t i = 0; i < model.layers.size(); ++i) {
    const LayerInterface &layer = model.layers[i];
    line("{:>3}  {:<24} {:<16} {:<9} {:>12}  {:<16} {}", i, sanitizeComment(layer.name), formatShapeTimes(layer.shape),
         layer.layout, layer.multiplyAdds, placeOf(layer), layer.kernel);
  }
  return text;
}

} // namespace mncc
