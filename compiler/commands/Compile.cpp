// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/NetworkFunction.h"
#include "compiler/commands/OutputFiles.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/Quantize.h"
#include "dialects/mn/Mn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace mncc {

static void printSummary(const CommandLine &line, const Artifacts &artifacts) {
  std::string written;
  for (const auto &[name, content] : artifacts.files)
    written += (written.empty() ? "" : ", ") + name;
  print("wrote {} to {}\n", written, line.outputDirectory);
  if (artifacts.codeBytes == 0)
    return;
  print("flash {} bytes: code {}, weights {}\n", artifacts.codeBytes + artifacts.weightBytes, artifacts.codeBytes,
        artifacts.weightBytes);
  print("RAM   {} bytes: arena {}, stack {}\n", artifacts.arenaBytes + artifacts.stackBytes, artifacts.arenaBytes,
        artifacts.stackBytes);
}

static void printJson(const Artifacts &artifacts) {
  nlohmann::ordered_json json;
  json["name"] = artifacts.name;
  json["files"] = nlohmann::ordered_json::array();
  for (const auto &[name, content] : artifacts.files)
    json["files"].push_back(name);
  json["code_bytes"] = artifacts.codeBytes;
  json["weight_bytes"] = artifacts.weightBytes;
  json["arena_bytes"] = artifacts.arenaBytes;
  json["stack_bytes"] = artifacts.stackBytes;
  print("{}\n", json.dump(2));
}

/// The line of `location`, without the name.
static LocationAttr findLine(Location location) {
  auto line = location->findInstanceOf<FileLineColLoc>();
  return line ? LocationAttr(line) : LocationAttr(UnknownLoc::get(location.getContext()));
}

/// Gives the tensors of `read`, which is from a file that is gone, the lines that they have in `quantized`: those of
/// the user's own description.
static void takeLines(ModuleOp read, ModuleOp quantized) {
  llvm::DenseMap<Attribute, LocationAttr> lines;
  for (auto [to, from] : llvm::zip(findNetwork(read).getArguments(), findNetwork(quantized).getArguments()))
    lines[findLine(to.getLoc())] = findLine(from.getLoc());
  llvm::StringMap<LocationAttr> byName;
  for (auto layer : findNetwork(quantized).getOps<mn::LayerOpInterface>())
    byName[mn::getTensorName(layer)] = findLine(layer->getLoc());
  for (auto layer : findNetwork(read).getOps<mn::LayerOpInterface>())
    if (LocationAttr line = byName.lookup(mn::getTensorName(layer)))
      lines[findLine(layer->getLoc())] = line;
  LocationAttr whole = findLine(quantized.getLoc());
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](FileLineColLoc line) -> Attribute {
    LocationAttr found = lines.lookup(line);
    return found ? found : whole;
  });
  replacer.recursivelyReplaceElementsIn(read, /*replaceAttrs=*/false, /*replaceLocs=*/true);
}

/// The model that `mncc quantize` makes: read from files as it would be when compiled by a command of its own, so that
/// the object is the same. The files are gone when this returns.
static FailureOr<Model> quantize(const CommandLine &line, Session &session) {
  CommandLine floats = line;
  floats.options = Options();
  floats.options.weights = line.options.weights;
  auto network = quantizeModel(floats, session);
  if (failed(network))
    return failure();
  llvm::SmallString<128> folder;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("mncc-quantize", folder))
    return session.getDiagnostics().error({}, fmt::format("cannot make a temporary folder: {}", code.message()));
  CommandLine integers = line;
  integers.model = (folder + "/" + network->written.descriptionFile).str();
  integers.options.weights.clear();
  auto model = FailureOr<Model>(failure());
  if (succeeded(writeFiles(folder.str().str(), network->written.files, session.getDiagnostics())))
    model = session.loadModel(integers);
  llvm::sys::fs::remove_directories(folder);
  if (succeeded(model))
    takeLines(*model->module, *network->module);
  return model;
}

int runCompile(const CommandLine &line) {
  Session session;
  auto model = line.quantizes ? quantize(line, session) : session.loadModel(line);
  if (failed(model))
    return session.getFailureStatus();
  auto artifacts = compile(line.options, *model, session.getDiagnostics());
  if (failed(artifacts))
    return session.getFailureStatus();
  if (line.outputDirectory.empty()) {
    bool isText = line.options.stopAfter != Stage::Emit;
    StringRef report = line.json ? ".report.json" : ".report.txt";
    for (const auto &[name, content] : artifacts->files)
      if (isText || StringRef(name).ends_with(report))
        print("{}", content);
  } else {
    if (failed(writeFiles(line.outputDirectory, artifacts->files, session.getDiagnostics())))
      return 1;
    line.json ? printJson(*artifacts) : printSummary(line, *artifacts);
  }
  if (line.time) {
    print("import {:.3f} s\n", session.getImportSeconds());
    for (const auto &[stage, seconds] : artifacts->seconds)
      print("{} {:.3f} s\n", stage, seconds);
  }
  return 0;
}

} // namespace mncc
