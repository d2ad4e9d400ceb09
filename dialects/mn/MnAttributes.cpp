// SPDX-License-Identifier: Apache-2.0
// Attributes of `mn`: reading the target's columns, and what a schedule, a placement and a module may say.
#include "dialects/mn/Mn.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc::mn;

#include "dialects/mn/MnEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/mn/MnAttributes.cpp.inc"

void MnDialect::registerMnAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/mn/MnAttributes.cpp.inc"
      >();
}

int64_t TargetAttr::getInteger(StringRef name, int64_t fallback) const {
  auto value = getColumns().getAs<IntegerAttr>(name);
  return value ? value.getInt() : fallback;
}

StringRef TargetAttr::getString(StringRef name) const {
  auto value = getColumns().getAs<StringAttr>(name);
  return value ? value.getValue() : StringRef();
}

bool TargetAttr::getFlag(StringRef name) const {
  auto value = getColumns().getAs<BoolAttr>(name);
  return value && value.getValue();
}

SmallVector<int64_t> TargetAttr::getIntegers(StringRef name) const {
  SmallVector<int64_t> result;
  if (auto values = getColumns().getAs<ArrayAttr>(name))
    for (auto value : values.getAsRange<IntegerAttr>())
      result.push_back(value.getInt());
  return result;
}

SmallVector<StringRef> TargetAttr::getStrings(StringRef name) const {
  SmallVector<StringRef> result;
  if (auto values = getColumns().getAs<ArrayAttr>(name))
    for (auto value : values.getAsRange<StringAttr>())
      result.push_back(value.getValue());
  return result;
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t vector, int64_t pixels,
                                   int64_t channels, int64_t unroll, LoopOrder) {
  if (vector != 1 && vector != 4 && vector != 8 && vector != 16)
    return emitError() << "schedule expects a vector of 1, 4, 8 or 16 lanes, found " << vector;
  if (pixels < 1 || pixels > 32)
    return emitError() << "schedule expects 1 to 32 pixels a tile, found " << pixels;
  if (channels < vector || channels % vector != 0 || channels / vector > 16)
    return emitError() << "schedule expects 1 to 16 vectors of " << vector << " channels a tile, found " << channels
                       << " channels";
  if (unroll < 1 || unroll > 32)
    return emitError() << "schedule expects an unroll factor from 1 to 32, found " << unroll;
  return success();
}

LogicalResult PlacementAttr::verify(function_ref<InFlightDiagnostic()> emitError, Space space, int64_t index,
                                    int64_t offset, int64_t bytes) {
  if (space == Space::Weights)
    return emitError() << "placement expects the space arena, input or output, found weights";
  if (index < 0 || offset < 0 || bytes < 0)
    return emitError() << "placement expects an index, offset and bytes of at least 0";
  if (space == Space::Arena && (offset % 64 != 0 || index != 0))
    return emitError() << "placement in the arena expects index 0 and an offset that is a multiple of 64, found "
                       << offset;
  return success();
}

LogicalResult MnDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  auto expect = [&](bool holds, StringRef expected) -> LogicalResult {
    if (holds)
      return success();
    return op->emitError() << "attribute '" << attribute.getName() << "' expects " << expected << ", found "
                           << attribute.getValue();
  };
  if (attribute.getName() == kTargetAttr)
    return expect(isa<TargetAttr>(attribute.getValue()), "a target '#mn.target<{...}>'");
  if (attribute.getName() == kStageAttr) {
    auto stage = dyn_cast<StringAttr>(attribute.getValue());
    return expect(stage && llvm::is_contained({"import", "fuse", "tile", "lower"}, stage.getValue()),
                  "one of \"import\", \"fuse\", \"tile\", \"lower\"");
  }
  return success();
}
