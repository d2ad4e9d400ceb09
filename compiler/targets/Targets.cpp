// SPDX-License-Identifier: Apache-2.0
#include "compiler/targets/Targets.h"

#include "compiler/import/JsonFields.h"

#include "mlir/IR/Builders.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace mncc {

static constexpr std::string_view kTable =
#include "compiler/targets/targets.inc"
    ;

static std::optional<mn::TargetAttr> parseRow(MLIRContext *context, const JsonValue &value, Diagnostics &diagnostics) {
  JsonFields fields(value, "a target row", diagnostics);
  Builder b(context);
  NamedAttrList columns;
  auto string = [&](const char *name, Presence presence) {
    std::string text;
    if (fields.readString(name, text, presence))
      columns.set(name, b.getStringAttr(text));
  };
  auto integer = [&](const char *name, IntegerRange range) {
    int64_t number = 0;
    if (fields.readInteger(name, number, range, Presence::Required))
      columns.set(name, b.getI64IntegerAttr(number));
  };
  auto flag = [&](const char *name) {
    bool isSet = false;
    fields.readBoolean(name, isSet);
    columns.set(name, b.getBoolAttr(isSet));
  };
  for (const char *name : {"cpu", "arch", "llvm_cpu"})
    string(name, Presence::Required);
  if (const JsonValue *features = fields.find("features"))
    if (const std::string *text = features->getIf<std::string>())
      columns.set("features", b.getStringAttr(*text));
  integer("vector_bits", {128, 512});
  integer("registers", {8, 32});
  for (const char *name : {"fma_per_100_cycles", "fma_latency", "loads_per_100_cycles", "line_bytes"})
    integer(name, {1, 1000});
  for (const char *name : {"l1_bytes", "l2_bytes"})
    integer(name, {1024, 1 << 30});
  integer("unroll", {1, 32});
  integer("pixel_outer_l2_share", {0, 64});
  for (const char *name : {"fma", "lane_fma", "in_order", "noredzone_on_bare_metal"})
    flag(name);
  SmallVector<Attribute> variants;
  if (const JsonValue *codegen = fields.find("codegen", Presence::Required)) {
    const auto *entries = codegen->getIf<JsonValue::Array>();
    if (!entries || entries->empty())
      reportMismatch(*codegen, "codegen", "an array of at least one variant", diagnostics);
    else
      for (const JsonValue &entry : *entries) {
        JsonFields variant(entry, "a codegen variant", diagnostics);
        int64_t unroll = 1;
        std::string tuneCpu;
        variant.readInteger("unroll", unroll, {1, 32}, Presence::Required);
        variant.readString("tune_cpu", tuneCpu, Presence::Required);
        (void)variant.finish();
        variants.push_back(b.getDictionaryAttr({b.getNamedAttr("unroll", b.getI64IntegerAttr(unroll)),
                                                b.getNamedAttr("tune_cpu", b.getStringAttr(tuneCpu))}));
      }
  }
  columns.set("codegen", b.getArrayAttr(variants));
  if (failed(fields.finish()))
    return std::nullopt;
  return mn::TargetAttr::get(context, columns.getDictionary(context));
}

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
  if (failed(fields.finish()) || !entries)
    return failure();
  for (const JsonValue &entry : *entries) {
    std::optional<mn::TargetAttr> row = parseRow(context, entry, diagnostics);
    if (!row)
      continue;
    auto same = llvm::find_if(rows, [&](mn::TargetAttr other) { return other.getCpu() == row->getCpu(); });
    if (same != rows.end())
      *same = *row;
    else
      rows.push_back(*row);
  }
  return success(diagnostics.countErrors() == errorsBefore);
}

FailureOr<std::vector<mn::TargetAttr>> readTargets(MLIRContext *context, const std::string &targetFile,
                                                   Diagnostics &diagnostics) {
  std::vector<mn::TargetAttr> rows;
  auto table = std::make_shared<SourceFile>(SourceFile{"targets.json", std::string(kTable)});
  if (failed(appendRows(context, table, rows, diagnostics)))
    return failure();
  if (targetFile.empty())
    return rows;
  auto file = readSourceFile(targetFile, diagnostics);
  if (failed(file) || failed(appendRows(context, *file, rows, diagnostics)))
    return failure();
  return rows;
}

ArrayRef<StringRef> listTriples() {
  static const StringRef triples[] = {"x86_64-linux-gnu", "x86_64-none-elf", "aarch64-linux-gnu", "aarch64-none-elf"};
  return triples;
}

static StringRef architectureOf(StringRef triple) { return triple.substr(0, triple.find('-')); }

/// The features of this machine's processor by LLVM's names.
static bool hostHas(StringRef feature) {
  static const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  return features.lookup(feature);
}

bool canRun(mn::TargetAttr target) {
  std::string host = llvm::Triple(llvm::sys::getProcessTriple()).getArchName().str();
  if (target.getString("arch") != host)
    return false;
  if (host != "x86_64")
    return target.getCpu() == "generic" || target.getCpu() == llvm::sys::getHostCPUName();
  SmallVector<StringRef> needed;
  llvm::X86::getFeaturesForCPU(target.getString("llvm_cpu"), needed, /*NeedPlus=*/false);
  // LLVM lists much that only systems and cryptography use; what kernels can come to contain starts like this.
  auto isForKernels = [](StringRef name) {
    return llvm::any_of(ArrayRef<StringRef>{"sse", "ssse", "avx", "fma", "f16c", "bmi", "popcnt", "lzcnt"},
                        [&](StringRef prefix) { return name.starts_with(prefix); });
  };
  return llvm::all_of(needed, [&](StringRef name) { return !isForKernels(name) || name == "sse4a" || hostHas(name); });
}

/// The row of this machine's own name, or else the last row of the table that this machine can run.
static mn::TargetAttr pickNative(ArrayRef<mn::TargetAttr> rows) {
  mn::TargetAttr best;
  for (mn::TargetAttr row : rows) {
    if (!canRun(row))
      continue;
    if (row.getCpu() == llvm::sys::getHostCPUName())
      return row;
    if (!best || row.getInteger("vector_bits") >= best.getInteger("vector_bits"))
      best = row;
  }
  return best;
}

FailureOr<mn::TargetAttr> lookupTarget(MLIRContext *context, const TargetRequest &request, Diagnostics &diagnostics) {
  auto rows = readTargets(context, request.targetFile, diagnostics);
  if (failed(rows))
    return failure();
  std::string hostTriple = llvm::Triple(llvm::sys::getProcessTriple()).getArchName().str() + "-linux-gnu";
  std::string triple = request.triple.empty() ? hostTriple : request.triple;
  if (!llvm::is_contained(listTriples(), triple)) {
    std::vector<std::string> known;
    for (StringRef name : listTriples())
      known.push_back(name.str());
    Diagnostic &error = diagnostics.error({}, fmt::format("unknown target {}", quote(triple)));
    suggestNearest(error, triple, known);
    error.note(fmt::format("the targets are {}", fmt::join(known, ", ")));
    return failure();
  }
  StringRef architecture = architectureOf(triple);
  std::vector<std::string> names;
  mn::TargetAttr found;
  for (mn::TargetAttr row : *rows) {
    if (row.getString("arch") != architecture)
      continue;
    names.push_back(row.getCpu().str());
    if (row.getCpu() == request.cpu)
      found = row;
  }
  if (request.cpu == "native")
    found = architecture == architectureOf(hostTriple) ? pickNative(*rows) : mn::TargetAttr();
  if (!found && request.cpu == "native")
    return diagnostics.error({}, fmt::format("this machine has no native row for the target {}", quote(triple)))
        .note(fmt::format("choose one with --mcpu: {}", fmt::join(names, ", ")));
  if (!found) {
    Diagnostic &error = diagnostics.error({}, fmt::format("unknown --mcpu {} for the target {}", quote(request.cpu), triple));
    suggestNearest(error, request.cpu, names);
    error.note(fmt::format("the rows are {}", fmt::join(names, ", ")));
    return failure();
  }
  NamedAttrList columns(found.getColumns());
  columns.set("triple", StringAttr::get(context, triple));
  return mn::TargetAttr::get(context, columns.getDictionary(context));
}

} // namespace mncc
