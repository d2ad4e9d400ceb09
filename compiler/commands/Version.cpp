// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Version.h"

#include "compiler/commands/Session.h"
#include "compiler/emit/Header.h"
#include "compiler/targets/Targets.h"

#include "llvm/Config/llvm-config.h"

#include <nlohmann/json.hpp>

namespace mncc {

std::string formatVersion(bool json) {
  if (!json)
    return std::string("mncc ") + MNCC_VERSION;
  nlohmann::ordered_json facts = {{"program", "mncc"},
                                  {"version", MNCC_VERSION},
                                  {"llvm_version", LLVM_VERSION_STRING},
                                  {"abi_version", kAbiVersion},
                                  {"built_by", __VERSION__},
                                  {"targets", nlohmann::ordered_json::array()},
                                  {"cpus", nlohmann::ordered_json::array()}};
  for (llvm::StringRef triple : listTriples())
    facts["targets"].push_back(triple.str());
  Session session;
  auto rows = readTargets(&session.getContext(), "", session.getDiagnostics());
  if (succeeded(rows))
    for (mn::TargetAttr row : *rows)
      facts["cpus"].push_back(row.getCpu().str());
  return facts.dump(2);
}

} // namespace mncc
