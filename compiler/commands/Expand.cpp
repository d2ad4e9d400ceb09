// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/Session.h"
#include "compiler/import/ImportModel.h"
#include "compiler/import/PrintDescription.h"

#include <fmt/format.h>

namespace mncc {

int runExpand(const CommandLine &line) {
  Session session;
  auto network = loadNetwork(line.model, session.getDiagnostics());
  if (failed(network))
    return 1;
  print("{}", printDescription(network->checked.description));
  return 0;
}

} // namespace mncc
