// SPDX-License-Identifier: Apache-2.0
// Which row is meant, and which rows this machine can run.
#include "compiler/targets/Targets.h"

#include "mlir/IR/Builders.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/TargetParser/X86TargetParser.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace mlir;

namespace mncc {

ArrayRef<StringRef> listTriples() {
  static const StringRef triples[] = {"x86_64-linux-gnu", "x86_64-none-elf", "aarch64-linux-gnu", "aarch64-none-elf"};
  return triples;
}

static StringRef architectureOf(StringRef triple) { return triple.substr(0, triple.find('-')); }

/// The features of this machine's processor by LLVM's names.
static const llvm::StringMap<bool> &getHostFeatures() {
  static const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  return features;
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
  SmallVector<StringRef> added;
  target.getString("features").split(added, ',');
  for (StringRef name : added)
    if (name.consume_front("+"))
      needed.push_back(name);
  return llvm::all_of(
      needed, [&](StringRef name) { return !isForKernels(name) || name == "sse4a" || getHostFeatures().lookup(name); });
}

/// How many features of the processor that `row` is written for `host` has, less those that it lacks.
static int64_t countLikeness(mn::TargetAttr row, const llvm::StringMap<bool> &host) {
  SmallVector<StringRef> features;
  if (row.getString("arch") == "x86_64")
    llvm::X86::getFeaturesForCPU(row.getString("llvm_cpu"), features, /*NeedPlus=*/false);
  int64_t shared = llvm::count_if(features, [&](StringRef name) { return host.lookup(name); });
  return 2 * shared - static_cast<int64_t>(features.size());
}

mn::TargetAttr pickNative(ArrayRef<mn::TargetAttr> rows, StringRef hostCpu, const llvm::StringMap<bool> &hostFeatures) {
  mn::TargetAttr best;
  std::pair<int64_t, int64_t> most;
  for (mn::TargetAttr row : rows) {
    if (row.getCpu() == hostCpu)
      return row;
    std::pair<int64_t, int64_t> fit(row.getInteger("vector_bits"), countLikeness(row, hostFeatures));
    if (!best || fit >= most)
      best = row, most = fit;
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
  mn::TargetAttr found, elsewhere;
  for (mn::TargetAttr row : *rows) {
    if (row.getString("arch") != architecture) {
      if (row.getCpu() == request.cpu)
        elsewhere = row;
      continue;
    }
    names.push_back(row.getCpu().str());
    if (row.getCpu() == request.cpu)
      found = row;
  }
  if (request.cpu == "native" && architecture == architectureOf(hostTriple)) {
    llvm::erase_if(*rows, [](mn::TargetAttr row) { return !canRun(row); });
    found = pickNative(*rows, llvm::sys::getHostCPUName(), getHostFeatures());
  }
  if (!found && request.cpu == "native")
    return diagnostics.error({}, fmt::format("this machine has no native row for the target {}", quote(triple)))
        .note(fmt::format("choose one with --mcpu: {}", fmt::join(names, ", ")));
  if (!found) {
    Diagnostic &error =
        diagnostics.error({}, fmt::format("unknown --mcpu {} for the target {}", quote(request.cpu), triple));
    suggestNearest(error, request.cpu, names);
    if (elsewhere)
      error.note(fmt::format("it is a row of {0}: add --target={0}-linux-gnu or {0}-none-elf",
                             elsewhere.getString("arch").str()));
    error.note(fmt::format("the rows are {}", fmt::join(names, ", ")));
    return failure();
  }
  NamedAttrList columns(found.getColumns());
  columns.set("triple", StringAttr::get(context, triple));
  return mn::TargetAttr::get(context, columns.getDictionary(context));
}

} // namespace mncc
