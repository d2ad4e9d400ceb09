// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/OutputFiles.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/Session.h"
#include "compiler/import/ImportModel.h"
#include "compiler/import/PrintDescription.h"

#include <fmt/format.h>

namespace mncc {

int runImport(const CommandLine &line) {
  Session session;
  auto network = loadNetwork(line.model, session.getDiagnostics());
  if (failed(network))
    return 1;
  Description &description = network->checked.description;
  if (!network->weights) {
    session.getDiagnostics()
        .error(description.location, "expects a file of another format, found a description")
        .note("'mncc expand' prints its explicit form");
    return 1;
  }
  if (line.model == "-")
    description.name = "network";
  std::string weights = description.name + ".safetensors", text = description.name + ".json";
  description.weights = FileReference{weights, {}};
  std::map<std::string, std::string> files = {{text, printDescription(description)},
                                              {weights, serializeSafetensors(network->weights->getTensors())}};
  if (failed(writeFiles(line.outputDirectory, files, session.getDiagnostics())))
    return 1;
  print("wrote {}, {} to {}\n", text, weights, line.outputDirectory);
  return 0;
}

} // namespace mncc
