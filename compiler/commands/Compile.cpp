// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/OutputFiles.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/Session.h"

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

int runCompile(const CommandLine &line) {
  Session session;
  auto model = session.loadModel(line);
  if (failed(model))
    return 1;
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
