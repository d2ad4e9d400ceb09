// SPDX-License-Identifier: Apache-2.0
#include "compiler/targets/Targets.h"
#include "compiler/commands/Commands.h"
#include "compiler/commands/Print.h"
#include "compiler/commands/Session.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace mncc {

static void printRow(mn::TargetAttr row) {
  print("{:<16} {:<8} {:>6} {:>9} {:>4} {:>8} {:>6.2f} {:>6.2f} {:>6} {:>7} {:>6}  {}\n", row.getCpu().str(),
        row.getString("arch").str(), row.getInteger("vector_bits"), row.getRegisters(), row.hasFma() ? "yes" : "no",
        row.getFlag("in_order") ? "in" : "out", row.getInteger("fma_per_100_cycles") / 100.0,
        row.getInteger("loads_per_100_cycles") / 100.0, row.getInteger("l1_bytes") / 1024,
        row.getInteger("l2_bytes") / 1024, row.getInteger("unroll"), canRun(row) ? "runs here" : "");
}

int runTargets(const CommandLine &line) {
  Session session;
  auto rows = readTargets(&session.getContext(), line.options.targetFile, session.getDiagnostics());
  if (failed(rows))
    return 1;
  if (line.json) {
    nlohmann::ordered_json json = nlohmann::ordered_json::array();
    for (mn::TargetAttr row : *rows)
      json.push_back({{"cpu", row.getCpu().str()},
                      {"arch", row.getString("arch").str()},
                      {"vector_bits", row.getInteger("vector_bits")},
                      {"registers", row.getRegisters()},
                      {"fma", row.hasFma()},
                      {"f16_convert", row.getFlag("f16_convert")},
                      {"f16_fma", row.hasF16Fma()},
                      {"bf16_dot", row.hasBf16Dot()},
                      {"bf16_matrix", row.hasBf16Matrix()},
                      {"loop_align", row.getInteger("loop_align")},
                      {"runs_here", canRun(row)}});
    print("{}\n", json.dump(2));
    return 0;
  }
  print("{:<16} {:<8} {:>6} {:>9} {:>4} {:>8} {:>6} {:>6} {:>6} {:>7} {:>6}\n", "--mcpu", "arch", "vector", "registers",
        "fma", "order", "fma/cy", "ld/cy", "L1 KiB", "L2 KiB", "unroll");
  for (mn::TargetAttr row : *rows)
    printRow(row);
  return 0;
}

} // namespace mncc
