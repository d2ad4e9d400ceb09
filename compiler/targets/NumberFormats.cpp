// SPDX-License-Identifier: Apache-2.0
// Which row can compute in which format is known before the first pass, so it is said there, with the way out.
#include "compiler/targets/NumberFormats.h"

#include "compiler/targets/Targets.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

/// The names of those of `rows` that are of `architecture` and have the flag `column`; empty for none.
static std::string listRows(ArrayRef<mn::TargetAttr> rows, StringRef architecture, StringRef column) {
  SmallVector<StringRef> names;
  for (mn::TargetAttr row : rows)
    if (row.getString("arch") == architecture && row.getFlag(column))
      names.push_back(row.getCpu());
  return llvm::join(names, ", ");
}

/// Which rows have the flag `column`, for people: those of the architecture of `target`, else those of others.
static FailureOr<std::string> describeRows(mn::TargetAttr target, StringRef column, const std::string &targetFile,
                                           Diagnostics &diagnostics) {
  auto rows = readTargets(target.getContext(), targetFile, diagnostics);
  if (failed(rows))
    return failure();
  StringRef architecture = target.getString("arch"), system = target.getString("triple").split('-').second;
  if (std::string names = listRows(*rows, architecture, column); !names.empty())
    return "the rows that have one are " + names;
  llvm::SetVector<StringRef> others;
  for (mn::TargetAttr row : *rows)
    others.insert(row.getString("arch"));
  std::string found;
  for (StringRef other : others)
    if (std::string names = listRows(*rows, other, column); !names.empty())
      found += fmt::format("; with --target={}-{}, the rows that have one are {}", other.str(), system.str(), names);
  return found.empty() ? "no row has one" : fmt::format("no row of {} has one{}", architecture.str(), found);
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
