// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Commands.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/Session.h"
#include "compiler/import/ParseDescription.h"
#include "compiler/import/PrintDescription.h"

#include <fmt/format.h>

namespace mncc {

int runExpand(const CommandLine &line) {
  Session session;
  auto checked = loadDescription(line.model, session.getDiagnostics());
  if (failed(checked))
    return 1;
  print("{}", printDescription(checked->description));
  return 0;
}

} // namespace mncc
