// SPDX-License-Identifier: Apache-2.0
// What a row of the table may say. A row of --target-file that has the name of a known row changes only the columns
// that it gives.
#include "compiler/targets/Targets.h"

#include "compiler/import/JsonFields.h"

#include "mlir/IR/Builders.h"
#include "llvm/TargetParser/AArch64TargetParser.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <fmt/format.h>

using namespace mlir;

namespace mncc {

static constexpr std::string_view kTable =
#include "compiler/targets/targets.inc"
    ;

static constexpr IntegerRange kUnrollRange{1, 32};
static constexpr IntegerRange kLoadRegistersRange{1, 4};
static constexpr IntegerRange kLoopAlignRange{4, 64};
static constexpr IntegerRange kLoadsAheadRange{0, 64};

namespace {

/// Reads one row over the columns of the known row of the same name.
class RowReader {
public:
  RowReader(MLIRContext *context, const JsonValue &value, Diagnostics &diagnostics)
      : b(context), fields(value, "a target row", diagnostics), diagnostics(diagnostics) {}

  /// The row, or nothing after an error.
  mn::TargetAttr read(ArrayRef<mn::TargetAttr> known) {
    size_t errorsBefore = diagnostics.countErrors();
    std::string cpu;
    if (fields.readString("cpu", cpu, Presence::Required))
      startFrom(cpu, known);
    readMachine();
    readNumbers();
    readStrings("allowed_undefined");
    readCodegen();
    std::string facts;
    fields.readString("facts", facts);
    if (failed(fields.finish()) || diagnostics.countErrors() != errorsBefore)
      return mn::TargetAttr();
    return mn::TargetAttr::get(b.getContext(), columns.getDictionary(b.getContext()));
  }

private:
  void startFrom(StringRef cpu, ArrayRef<mn::TargetAttr> known) {
    for (mn::TargetAttr row : known)
      if (row.getCpu() == cpu)
        columns = NamedAttrList(row.getColumns());
    columns.set("cpu", b.getStringAttr(cpu));
    columns.set("features", columns.get("features") ? columns.get("features") : b.getStringAttr(""));
  }

  Presence presenceOf(StringRef name) { return columns.get(name) ? Presence::Optional : Presence::Required; }

  void readMachine() {
    const std::vector<std::string> architectures = {"x86_64", "aarch64"};
    size_t architecture = 0;
    if (fields.readChoice("arch", architecture, architectures, presenceOf("arch")))
      columns.set("arch", b.getStringAttr(architectures[architecture]));
    std::string processor;
    if (fields.readString("llvm_cpu", processor, presenceOf("llvm_cpu"))) {
      columns.set("llvm_cpu", b.getStringAttr(processor));
      checkProcessor("llvm_cpu", processor, *fields.find("llvm_cpu"));
    }
    // Unlike other strings, this one may be empty.
    if (const JsonValue *features = fields.find("features")) {
      if (const auto *text = features->getIf<std::string>())
        columns.set("features", b.getStringAttr(*text));
      else
        reportMismatch(*features, "features", "a string", diagnostics);
    }
    for (const char *name : {"fma", "lane_fma", "in_order", "noredzone_on_bare_metal", "strict_align_on_bare_metal"}) {
      bool isSet = false;
      if (!fields.find(name, presenceOf(name)))
        continue;
      if (fields.readBoolean(name, isSet))
        columns.set(name, b.getBoolAttr(isSet));
    }
    // What a row leaves out, it cannot do.
    for (const char *name : {"f16_convert", "f16_fma", "bf16_dot", "bf16_matrix", "batched_loads", "walks_pointers"}) {
      bool isSet = false;
      if (fields.readBoolean(name, isSet))
        columns.set(name, b.getBoolAttr(isSet));
    }
    const std::vector<std::string> products = {"widened", "pmaddwd", "vpdpbusd", "sdot", "smmla", "smull"};
    size_t product = 0;
    if (fields.readChoice("int8_product", product, products, Presence::Optional))
      columns.set("int8_product", b.getStringAttr(products[product]));
    checkAlignment();
  }

  /// x86-64 has no form of code that avoids unaligned accesses, and needs none.
  void checkAlignment() {
    const JsonValue *isStrict = fields.find("strict_align_on_bare_metal");
    auto architecture = dyn_cast_or_null<StringAttr>(columns.get("arch"));
    if (isStrict && isStrict->getIf<bool>() && *isStrict->getIf<bool>() && architecture &&
        architecture.getValue() == "x86_64")
      reportMismatch(*isStrict, "strict_align_on_bare_metal", "false on x86_64", diagnostics);
  }

  void readNumbers() {
    const std::vector<std::pair<const char *, IntegerRange>> numbers = {{"registers", {8, 32}},
                                                                        {"fma_per_100_cycles", {1, 1000}},
                                                                        {"fma_latency", {1, 100}},
                                                                        {"l1_bytes", {1024, 1 << 30}},
                                                                        {"loads_per_100_cycles", {1, 1000}},
                                                                        {"line_bytes", {16, 1024}},
                                                                        {"l2_bytes", {1024, 1 << 30}},
                                                                        {"unroll", kUnrollRange},
                                                                        {"pixel_outer_l2_share", {0, 64}},
                                                                        {"prefetched_panel_l2_share", {0, 64}},
                                                                        {"beyond_l2_bytes_per_100_cycles", {0, 100000}},
                                                                        {"vector_bits", {128, 512}}};
    for (auto [name, range] : numbers) {
      int64_t number = 0;
      if (fields.readInteger(name, number, range, presenceOf(name)))
        columns.set(name, b.getI64IntegerAttr(number));
    }
    readLoopNumber("load_registers", kLoadRegistersRange, 1);
    readLoopNumber("loads_ahead", kLoadsAheadRange, 0);
    readLoopNumber("issue_group", {1, 8}, 1);
    readLoopAlign();
    const JsonValue *bits = fields.find("vector_bits");
    std::optional<int64_t> width = bits ? bits->getInteger() : std::nullopt;
    if (width && *width >= 128 && *width <= 512 && *width != 128 && *width != 256 && *width != 512)
      reportMismatch(*bits, "vector_bits", "128, 256 or 512", diagnostics);
  }

  void readLoopAlign() {
    int64_t bytes = 0;
    if (!fields.readInteger("loop_align", bytes, kLoopAlignRange) || !fields.find("loop_align"))
      return;
    if (!llvm::isPowerOf2_64(bytes))
      return (void)reportMismatch(*fields.find("loop_align"), "loop_align", "a power of two", diagnostics);
    columns.set("loop_align", b.getI64IntegerAttr(bytes));
  }

  /// How innermost loops of AArch64 are written; a column that is absent has its `usual` number, as all have on x86-64.
  void readLoopNumber(const char *name, IntegerRange range, int64_t usual) {
    int64_t number = usual;
    if (!fields.readInteger(name, number, range) || !fields.find(name))
      return;
    auto architecture = dyn_cast_or_null<StringAttr>(columns.get("arch"));
    if (number != usual && architecture && architecture.getValue() == "x86_64")
      return (void)reportMismatch(*fields.find(name), name, fmt::format("{} on x86_64", usual), diagnostics);
    columns.set(name, b.getI64IntegerAttr(number));
  }

  void readStrings(const char *name) {
    const JsonValue *list = fields.find(name, presenceOf(name));
    const auto *entries = list ? list->getIf<JsonValue::Array>() : nullptr;
    if (list && !entries)
      reportMismatch(*list, name, "an array of strings", diagnostics);
    if (!entries)
      return;
    SmallVector<Attribute> strings;
    for (const JsonValue &entry : *entries) {
      if (const auto *text = entry.getIf<std::string>())
        strings.push_back(b.getStringAttr(*text));
      else
        reportMismatch(entry, name, "an array of strings", diagnostics);
    }
    columns.set(name, b.getArrayAttr(strings));
  }

  void readCodegen() {
    const JsonValue *list = fields.find("codegen", presenceOf("codegen"));
    const auto *entries = list ? list->getIf<JsonValue::Array>() : nullptr;
    if (list && (!entries || entries->empty()))
      reportMismatch(*list, "codegen", "an array of at least one variant", diagnostics);
    if (!entries || entries->empty())
      return;
    SmallVector<Attribute> variants;
    for (const JsonValue &entry : *entries) {
      JsonFields variant(entry, "a codegen variant", diagnostics);
      int64_t unroll = 1;
      std::string tuneCpu;
      variant.readInteger("unroll", unroll, kUnrollRange, Presence::Required);
      if (variant.readString("tune_cpu", tuneCpu, Presence::Required))
        checkProcessor("tune_cpu", tuneCpu, *variant.find("tune_cpu"));
      int64_t loadRegisters = 0, loadsAhead = -1;
      variant.readInteger("load_registers", loadRegisters, kLoadRegistersRange);
      bool keepsOrder = false, isForIntegers = false;
      variant.readBoolean("keep_order", keepsOrder);
      bool isForOne = variant.find("integers") != nullptr;
      variant.readBoolean("integers", isForIntegers);
      variant.readInteger("loads_ahead", loadsAhead, kLoadsAheadRange);
      (void)variant.finish();
      NamedAttrList attributes;
      attributes.set("unroll", b.getI64IntegerAttr(unroll));
      attributes.set("tune_cpu", b.getStringAttr(tuneCpu));
      if (loadRegisters > 0)
        attributes.set("load_registers", b.getI64IntegerAttr(loadRegisters));
      if (keepsOrder)
        attributes.set("keep_order", b.getBoolAttr(true));
      if (isForOne)
        attributes.set("integers", b.getBoolAttr(isForIntegers));
      if (loadsAhead >= 0)
        attributes.set("loads_ahead", b.getI64IntegerAttr(loadsAhead));
      variants.push_back(attributes.getDictionary(b.getContext()));
    }
    for (bool withIntegers : {false, true})
      if (llvm::none_of(variants, [&](Attribute variant) {
            auto kind = cast<DictionaryAttr>(variant).getAs<BoolAttr>("integers");
            return !kind || kind.getValue() == withIntegers;
          }))
        reportMismatch(*list, "codegen", "a variant for floats and one for integers", diagnostics);
    columns.set("codegen", b.getArrayAttr(variants));
  }

  /// LLVM only warns of processors that it does not know.
  void checkProcessor(const char *name, const std::string &processor, const JsonValue &place) {
    auto architecture = dyn_cast_or_null<StringAttr>(columns.get("arch"));
    if (!architecture || processor == "generic")
      return;
    bool isX86 = architecture.getValue() == "x86_64";
    if (isX86 ? llvm::X86::parseArchX86(processor, /*Only64Bit=*/true) != llvm::X86::CK_None
              : llvm::AArch64::parseCpu(processor).has_value())
      return;
    SmallVector<StringRef> processors;
    isX86 ? llvm::X86::fillValidCPUArchList(processors, /*Only64Bit=*/true)
          : llvm::AArch64::fillValidCPUArchList(processors);
    Diagnostic &error =
        diagnostics.error(place.location, fmt::format("'{}' expects a processor of {} that LLVM knows, found {}", name,
                                                      architecture.getValue().str(), quote(processor)));
    suggestNearest(error, processor, std::vector<std::string>(processors.begin(), processors.end()));
    error.note(fmt::format("'llc -march={} -mcpu=help' lists them", isX86 ? "x86-64" : "aarch64"));
  }

  Builder b;
  JsonFields fields;
  Diagnostics &diagnostics;
  NamedAttrList columns;
};

} // namespace

static LogicalResult appendRows(MLIRContext *context, std::shared_ptr<const SourceFile> file,
                                std::vector<mn::TargetAttr> &rows, Diagnostics &diagnostics) {
  size_t errorsBefore = diagnostics.countErrors();
  auto table = readJson(std::move(file), diagnostics);
  if (failed(table))
    return failure();
  JsonFields fields(*table, "a target table", diagnostics);
  const JsonValue *list = fields.find("rows", Presence::Required);
  const auto *entries = list ? list->getIf<JsonValue::Array>() : nullptr;
  if (list && !entries)
    reportMismatch(*list, "rows", "an array of rows", diagnostics);
  // Sentences for readers of the file.
  fields.find("columns");
  if (failed(fields.finish()) || !entries)
    return failure();
  for (const JsonValue &entry : *entries) {
    mn::TargetAttr row = RowReader(context, entry, diagnostics).read(rows);
    if (!row)
      continue;
    auto same = llvm::find_if(rows, [&](mn::TargetAttr other) { return other.getCpu() == row.getCpu(); });
    if (same != rows.end())
      *same = row;
    else
      rows.push_back(row);
  }
  return success(diagnostics.countErrors() == errorsBefore);
}

FailureOr<std::vector<mn::TargetAttr>> readTargets(MLIRContext *context, const std::string &targetFile,
                                                   Diagnostics &diagnostics) {
  context->getOrLoadDialect<mn::MnDialect>();
  std::vector<mn::TargetAttr> rows;
  auto table = std::make_shared<SourceFile>(SourceFile{"targets.json", std::string(kTable)});
  if (failed(appendRows(context, table, rows, diagnostics)))
    return failure();
  if (targetFile.empty())
    return rows;
  auto file = readSourceFile(targetFile, diagnostics, {"a target table", "compiler/targets/targets.json"});
  if (failed(file) || failed(appendRows(context, *file, rows, diagnostics)))
    return failure();
  return rows;
}

} // namespace mncc
