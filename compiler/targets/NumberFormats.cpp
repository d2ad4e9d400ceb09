// SPDX-License-Identifier: Apache-2.0
// Which row can compute in which format is known before the first pass, so it is said there, with the way out.
#include "compiler/targets/NumberFormats.h"

#include "compiler/targets/Targets.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

/// Which rows have the flag `column`, for people: those of the architecture of `target`, else those of another one.
static FailureOr<std::string> describeRows(mn::TargetAttr target, StringRef column, const std::string &targetFile,
                                           Diagnostics &diagnostics) {
  auto rows = readTargets(target.getContext(), targetFile, diagnostics);
  if (failed(rows))
    return failure();
  StringRef architecture = target.getString("arch"), system = target.getString("triple").split('-').second;
  std::string same, other, otherArchitecture;
  for (mn::TargetAttr row : *rows) {
    if (!row.getFlag(column))
      continue;
    bool isSame = row.getString("arch") == architecture;
    if (!isSame)
      otherArchitecture = row.getString("arch").str();
    std::string &names = isSame ? same : other;
    names += (names.empty() ? "" : ", ") + row.getCpu().str();
  }
  if (!same.empty())
    return "the rows that have one are " + same;
  if (other.empty())
    return std::string("no row has one");
  return fmt::format("no row of {} has one; with --target={}-{}, the rows that have one are {}", architecture.str(),
                     otherArchitecture, system.str(), other);
}

/// The place to blame: the first layer with weights.
static Location findLayer(ModuleOp module) {
  Location location = module.getLoc();
  module.walk([&](mn::WeightedOpInterface layer) {
    location = layer.getLoc();
    return WalkResult::interrupt();
  });
  return location;
}

LogicalResult checkNumberFormats(ModuleOp module, const std::string &targetFile, Diagnostics &diagnostics) {
  auto target = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  StringRef column, lack, way;
  if (!target.widens(mn::getWeightsFormat(module)))
    column = "f16_convert", lack = "that reads weights of f16", way = "--weights-format=bf16 works on every row";
  if (mn::getPrecision(module).isF16() && !target.hasF16Fma())
    column = "f16_fma", lack = "that multiplies f16", way = "--weights-format=f16 stores f16 where f16_convert is set";
  if (mn::getPrecision(module).isBF16() && !target.hasBf16Dot())
    column = "bf16_dot", lack = "that multiplies bf16", way = "--weights-format=bf16 stores bf16 on every row";
  if (column.empty())
    return success();
  auto rows = describeRows(target, column, targetFile, diagnostics);
  if (failed(rows))
    return failure();
  auto error = emitError(findLayer(module)) << "the row " << target.getCpu() << " has no instruction " << lack;
  error.attachNote() << *rows << "; " << way;
  return error;
}

} // namespace mncc
