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

using ScheduleKey = mncc::mn::detail::ScheduleAttrStorage::KeyTy;
static constexpr StringLiteral kScheduleFields[] = {"vector", "pixels",   "channels", "unroll", "order",
                                                    "rows",   "prefetch", "parts",    "split"};
static_assert(std::size(kScheduleFields) == std::tuple_size_v<ScheduleKey>, "every field has a name here");

ArrayRef<StringLiteral> ScheduleAttr::getFieldNames() { return kScheduleFields; }

template <size_t... kField> static StringRef wordOf(size_t field, int64_t value, std::index_sequence<kField...>) {
  StringRef word;
  auto take = [&](auto kind) {
    if constexpr (std::is_enum_v<decltype(kind)>)
      word = stringifyEnum(static_cast<decltype(kind)>(value));
  };
  ((field == kField ? take(std::tuple_element_t<kField, ScheduleKey>()) : void()), ...);
  return word;
}

StringRef ScheduleAttr::getFieldWord(size_t field, int64_t value) {
  return value < 0 ? "" : wordOf(field, value, std::make_index_sequence<std::size(kScheduleFields)>());
}

SmallVector<int64_t> ScheduleAttr::getFieldValues() const {
  return std::apply([](auto... fields) { return SmallVector<int64_t>{static_cast<int64_t>(fields)...}; },
                    getImpl()->getAsKey());
}

template <size_t... kField>
static ScheduleAttr build(function_ref<InFlightDiagnostic()> emitError, MLIRContext *context, ArrayRef<int64_t> values,
                          std::index_sequence<kField...>) {
  return ScheduleAttr::getChecked(emitError, context,
                                  static_cast<std::tuple_element_t<kField, ScheduleKey>>(values[kField])...);
}

ScheduleAttr ScheduleAttr::getFromValues(function_ref<InFlightDiagnostic()> emitError, MLIRContext *context,
                                         ArrayRef<int64_t> values) {
  return build(emitError, context, values, std::make_index_sequence<std::size(kScheduleFields)>());
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t vector, int64_t pixels,
                                   int64_t channels, int64_t unroll, LoopOrder, int64_t rows, int64_t prefetch,
                                   int64_t parts, Split) {
  // schedule_c1: a vector of the target table.
  if (vector != 1 && vector != 4 && vector != 8 && vector != 16)
    return emitError() << "schedule expects a vector of 1, 4, 8 or 16 lanes, found " << vector;
  // schedule_c2: pixels of a register tile.
  if (pixels < 1 || pixels > 32)
    return emitError() << "schedule expects 1 to 32 pixels a tile, found " << pixels;
  // schedule_c3: whole vectors of channels.
  if (channels < vector || channels % vector != 0 || channels / vector > 32)
    return emitError() << "schedule expects 1 to 32 vectors of " << vector << " channels a tile, found " << channels
                       << " channels";
  // schedule_c4: copies of the innermost loop; for integers four times as many as a row's `unroll`.
  if (unroll < 1 || unroll > 128)
    return emitError() << "schedule expects an unroll factor from 1 to 128, found " << unroll;
  // schedule_c6: rows of a register tile.
  if (rows < 1 || rows > 8)
    return emitError() << "schedule expects 1 to 8 rows a tile, found " << rows;
  // schedule_c5: parts for threads.
  if (parts < 1 || parts > 64)
    return emitError() << "schedule expects 1 to 64 parts, found " << parts;
  // schedule_c7: lines of a burst.
  if (prefetch < 0 || prefetch > kMostPrefetch)
    return emitError() << "schedule expects 0 to " << kMostPrefetch << " lines to prefetch, found " << prefetch;
  return success();
}

/// What the columns with numbers may hold; a row of the table or of --target-file is held to the same.
static constexpr struct {
  StringLiteral name;
  int64_t least, most;
} kTargetNumbers[] = {{"vector_bits", 128, 512},
                      {"registers", 8, 32},
                      {"load_registers", 1, 4},
                      {"loads_ahead", 0, 64},
                      {"issue_group", 1, 8},
                      {"unroll", 1, 32},
                      {"fma_per_100_cycles", 1, 1000},
                      {"loads_per_100_cycles", 1, 1000},
                      {"fma_latency", 1, 100},
                      {"l1_bytes", 1024, 1 << 30},
                      {"l2_bytes", 1024, 1 << 30},
                      {"line_bytes", 16, 1024},
                      {"loop_align", 4, 64},
                      {"pixel_outer_l2_share", 0, 64},
                      {"prefetched_panel_l2_share", 0, 64},
                      {"beyond_l2_bytes_per_100_cycles", 0, 100000}};

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, DictionaryAttr columns) {
  auto inRange = [&](DictionaryAttr row) -> LogicalResult {
    for (auto [name, least, most] : kTargetNumbers)
      if (auto value = row.getAs<IntegerAttr>(name); value && (value.getInt() < least || value.getInt() > most))
        return emitError() << "target expects '" << name << "' from " << least << " to " << most << ", found "
                           << value.getInt();
    return success();
  };
  // target_c1: numbers that a machine can have.
  if (failed(inRange(columns)))
    return failure();
  // target_c2: three vector widths.
  if (auto bits = columns.getAs<IntegerAttr>("vector_bits");
      bits && !llvm::is_contained({128, 256, 512}, bits.getInt()))
    return emitError() << "target expects 'vector_bits' to be 128, 256 or 512, found " << bits.getInt();
  // target_c3: variants of code generation are rows too.
  if (auto variants = columns.getAs<ArrayAttr>("codegen"))
    for (Attribute variant : variants) {
      auto row = dyn_cast<DictionaryAttr>(variant);
      if (!row)
        return emitError() << "target expects dictionaries in 'codegen', found " << variant;
      if (failed(inRange(row)))
        return failure();
    }
  // target_c4: an alignment that memory can have.
  if (auto bytes = columns.getAs<IntegerAttr>("loop_align"); bytes && !llvm::isPowerOf2_64(bytes.getInt()))
    return emitError() << "target expects 'loop_align' to be a power of two, found " << bytes.getInt();
  return success();
}

LogicalResult PlacementAttr::verify(function_ref<InFlightDiagnostic()> emitError, Space space, int64_t index,
                                    int64_t offset, int64_t bytes) {
  // placement_c1: results are not weights.
  if (space == Space::Weights)
    return emitError() << "placement expects the space arena, input or output, found weights";
  // placement_c2: nothing negative.
  if (index < 0 || offset < 0 || bytes < 0)
    return emitError() << "placement expects an index, offset and bytes of at least 0";
  // placement_c3: the arena is one, and aligned.
  if (space == Space::Arena && (offset % 64 != 0 || index != 0))
    return emitError() << "placement in the arena expects index 0 and an offset that is a multiple of 64, found "
                       << offset;
  return success();
}

LogicalResult BufferAttr::verify(function_ref<InFlightDiagnostic()> emitError, Space, int64_t index, int64_t offset) {
  // buffer_c1: nothing negative.
  if (index < 0 || offset < 0)
    return emitError() << "buffer expects an index and an offset of at least 0, found " << std::min(index, offset);
  return success();
}

static bool isOption(NamedAttribute option) {
  if (option.getName() == "threads") {
    auto threads = dyn_cast<IntegerAttr>(option.getValue());
    return threads && threads.getType().isInteger(64) && threads.getInt() >= 2 && threads.getInt() <= 64;
  }
  if (option.getName() == "weights_format" || option.getName() == "precision") {
    auto format = dyn_cast<StringAttr>(option.getValue());
    return format && llvm::is_contained({"f16", "bf16"}, format.getValue());
  }
  return option.getName() == "hooks" && isa<UnitAttr>(option.getValue());
}

static bool areOptions(DictionaryAttr options) { return options && llvm::all_of(options, isOption); }

LogicalResult MnDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  auto expect = [&](bool holds, StringRef expected) -> LogicalResult {
    if (holds)
      return success();
    return op->emitError() << "attribute '" << attribute.getName().strref() << "' expects " << expected << ", found "
                           << attribute.getValue();
  };
  // module_c1: a row of the target table.
  if (attribute.getName() == kTargetAttr)
    return expect(isa<TargetAttr>(attribute.getValue()), "a target '#mn.target<{...}>'");
  // module_c2: a stage.
  if (attribute.getName() == kStageAttr) {
    auto stage = dyn_cast<StringAttr>(attribute.getValue());
    return expect(stage && llvm::is_contained({"import", "fuse", "tile", "lower"}, stage.getValue()),
                  "one of \"import\", \"fuse\", \"tile\", \"lower\"");
  }
  // module_c3: options of NAME_run.
  if (attribute.getName() == kOptionsAttr)
    return expect(areOptions(dyn_cast<DictionaryAttr>(attribute.getValue())),
                  "a dictionary of 'hooks', a unit, 'threads', an integer from 2 to 64, 'weights_format', \"f16\" or "
                  "\"bf16\", and 'precision', \"f16\" or \"bf16\"");
  return success();
}
