// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/SpillGate.h"

#include "compiler/emit/LoopCode.h"
#include "compiler/emit/Optimize.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"
#include "llvm/Linker/Linker.h"

#include <functional>

using namespace mlir;
using namespace mncc;

std::vector<CodegenVariant> mncc::listVariants(mn::TargetAttr target, bool withIntegers) {
  std::vector<CodegenVariant> variants;
  int64_t unroll = target.getInteger("unroll", 1), loadRegisters = target.getInteger("load_registers", 1),
          loadsAhead = target.getInteger("loads_ahead", 0);
  if (auto column = target.getColumns().getAs<ArrayAttr>("codegen"))
    for (auto entry : column.getAsRange<DictionaryAttr>()) {
      if (auto kind = entry.getAs<BoolAttr>("integers"); kind && kind.getValue() != withIntegers)
        continue;
      CodegenVariant variant{unroll, "", loadRegisters, loadsAhead};
      if (auto factor = entry.getAs<IntegerAttr>("unroll"))
        variant.unroll = factor.getInt();
      if (auto cpu = entry.getAs<StringAttr>("tune_cpu"))
        variant.tuneCpu = cpu.getValue().str();
      if (auto registers = entry.getAs<IntegerAttr>("load_registers"))
        variant.loadRegisters = registers.getInt();
      if (auto keepsOrder = entry.getAs<BoolAttr>("keep_order"))
        variant.keepsOrder = keepsOrder.getValue();
      if (auto ahead = entry.getAs<IntegerAttr>("loads_ahead"))
        variant.loadsAhead = ahead.getInt();
      variants.push_back(std::move(variant));
    }
  if (variants.empty())
    variants.push_back({unroll, "", loadRegisters, loadsAhead});
  // Rolled loops keep the fewest values alive.
  if (llvm::none_of(variants, [](const CodegenVariant &variant) { return variant.unroll == 1; }))
    variants.push_back({1, variants.front().tuneCpu});
  // The last resort: weights that no register keeps are loaded where they are used, in the order that is best
  // otherwise.
  CodegenVariant last = variants.front();
  last.reloadsWeights = true;
  variants.push_back(std::move(last));
  return variants;
}

/// True where the turns of `loop` name registers: elements of accumulators, or
/// lanes. Such a loop has to go.
static bool countsRegisters(scf::ForOp loop) {
  llvm::DenseSet<Value> dependent = {loop.getInductionVar()};
  auto isDependent = [&](Value value) { return dependent.contains(value); };
  return loop
      .walk([&](Operation *op) {
        if (auto load = dyn_cast<memref::LoadOp>(op); load && load.getMemRef().getDefiningOp<memref::AllocaOp>()) {
          if (llvm::any_of(load.getIndices(), isDependent))
            return WalkResult::interrupt();
        } else if (auto store = dyn_cast<memref::StoreOp>(op);
                   store && store.getMemRef().getDefiningOp<memref::AllocaOp>()) {
          if (llvm::any_of(store.getIndices(), isDependent))
            return WalkResult::interrupt();
        } else if (auto extract = dyn_cast<vector::ExtractOp>(op)) {
          if (llvm::any_of(extract.getDynamicPosition(), isDependent))
            return WalkResult::interrupt();
        } else if (llvm::any_of(op->getOperands(), isDependent)) {
          dependent.insert(op->result_begin(), op->result_end());
        }
        return WalkResult::advance();
      })
      .wasInterrupted();
}

/// True where variants differ in how often the body of `loop` stands in the code.
static bool isUnrolled(scf::ForOp loop) { return loop->hasAttr("mn.unroll") && !countsRegisters(loop); }

/// How often the body of `loop` stands in the code when its attribute is
/// obeyed.
static int64_t copiesOf(scf::ForOp loop) {
  if (auto factor = loop->getAttrOfType<IntegerAttr>("mn.unroll"))
    return factor.getInt();
  std::optional<llvm::APInt> count = loop.getStaticTripCount();
  return count ? count->getSExtValue() : 1;
}

void mncc::applyUnroll(ModuleOp lowered, const CodegenVariant &variant) {
  auto target = lowered->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  int64_t rowUnroll = target.getInteger("unroll", 1);
  if (variant.unroll == rowUnroll)
    return;
  lowered.walk([&](scf::ForOp loop) {
    if (!isUnrolled(loop))
      return;
    int64_t copies = std::max<int64_t>(copiesOf(loop) * variant.unroll / rowUnroll, 1);
    loop->setAttr("mn.unroll", IntegerAttr::get(IntegerType::get(loop.getContext(), 64), copies));
  });
}

/// A chain may take in the kernels that it calls.
std::set<std::string> mncc::findRolled(ModuleOp lowered) {
  std::set<std::string> rolled;
  for (auto kernel : lowered.getOps<func::FuncOp>()) {
    auto differs = [](Operation *op) {
      auto loop = dyn_cast<scf::ForOp>(op);
      return WalkResult(isa<func::CallOp>(op) || (loop && isUnrolled(loop)) ? WalkResult::interrupt()
                                                                            : WalkResult::advance());
    };
    if (!kernel.walk(differs).wasInterrupted())
      rolled.insert(kernel.getName().str());
  }
  return rolled;
}

/// What is called tells a kernel what its arguments are, so a chain stays while one of its kernels does; the calls of
/// the others go.
void mncc::keepKernels(ModuleOp lowered, const std::set<std::string> &kernels) {
  std::set<std::string> kept = kernels;
  SmallVector<Operation *> others;
  lowered.walk([&](func::CallOp call) {
    if (kernels.count(call.getCallee().str()))
      kept.insert(call->getParentOfType<func::FuncOp>().getName().str());
    else
      others.push_back(call);
  });
  lowered.walk([&](mn::CallOp call) {
    if (!kept.count(call.getKernel().str()))
      others.push_back(call);
  });
  for (auto kernel : lowered.getOps<func::FuncOp>())
    if (kernel.getName() != mn::kNetworkFunction && !kept.count(kernel.getName().str()))
      others.push_back(kernel);
  for (Operation *op : others)
    op->erase();
}

FailureOr<std::vector<FunctionCode>> mncc::inspectCode(const llvm::Module &module, llvm::TargetMachine &machine,
                                                       Location location) {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream(object);
  writeMachineCode(module, machine, llvm::CodeGenFileType::ObjectFile, stream);
  return disassemble(StringRef(object.data(), object.size()), machine, location);
}

/// Puts the functions of `source` that are named in `kernels` in the place of
/// those of `module`.
static LogicalResult replace(llvm::Module &module, std::unique_ptr<llvm::Module> source,
                             const std::set<std::string> &kernels, Location location) {
  for (llvm::Function &function : *source)
    if (!kernels.count(function.getName().str()))
      function.deleteBody();
  if (llvm::Linker::linkModules(module, std::move(source), llvm::Linker::Flags::OverrideFromSrc))
    return emitError(location) << "internal error: kernels of two variants cannot be joined";
  return success();
}

namespace {

/// As what kernels were compiled.
class Attempts {
public:
  explicit Attempts(const std::set<std::string> &rolled) : rolled(rolled) {}

  void add(const llvm::Module &module, const CodegenVariant &variant) {
    for (const llvm::Function &function : module)
      if (!function.isDeclaration())
        attempts[function.getName()].push_back({variant, function.hasFnAttribute(kKeepOrder)});
  }

  /// True where `kernel` has the code that it would have as `variant`.
  bool hasCodeOf(const std::string &kernel, const CodegenVariant &variant) const {
    return llvm::any_of(attempts.lookup(kernel), [&](const Attempt &attempt) {
      const CodegenVariant &tried = attempt.variant;
      bool hasSameLoads = tried.loadRegisters == variant.loadRegisters ||
                          (!attempt.joinsLoads && variant.loadRegisters < tried.loadRegisters);
      return hasSameLoads && tried.loadsAhead == variant.loadsAhead && tried.keepsOrder == variant.keepsOrder &&
             tried.reloadsWeights == variant.reloadsWeights && tried.tuneCpu == variant.tuneCpu &&
             (tried.unroll == variant.unroll || rolled.count(kernel));
    });
  }

private:
  struct Attempt {
    CodegenVariant variant;
    /// Not known where the variant keeps the order; true then.
    bool joinsLoads;
  };
  const std::set<std::string> &rolled;
  llvm::StringMap<SmallVector<Attempt>> attempts;
};

} // namespace

FailureOr<std::vector<KernelCode>> mncc::removeSpills(llvm::Module &module, llvm::TargetMachine &machine,
                                                      ArrayRef<FunctionCode> codes, ArrayRef<CodegenVariant> variants,
                                                      const CompileVariant &compile,
                                                      const std::set<std::string> &rolled, Location location) {
  std::vector<KernelCode> result;
  for (const FunctionCode &code : codes)
    result.push_back({code, variants.front()});
  Attempts attempts(rolled);
  attempts.add(module, variants.front());
  for (const CodegenVariant &variant : variants.drop_front()) {
    std::set<std::string> spilling, better;
    for (const KernelCode &kernel : result)
      if (kernel.code.stackAccesses > 0 && !attempts.hasCodeOf(kernel.code.name, variant))
        spilling.insert(kernel.code.name);
    if (spilling.empty())
      continue;
    std::unique_ptr<llvm::Module> retry = compile(variant, spilling);
    if (!retry)
      return failure();
    attempts.add(*retry, variant);
    auto retried = inspectCode(*retry, machine, location);
    if (failed(retried))
      return failure();
    for (FunctionCode &code : *retried)
      for (KernelCode &kernel : result)
        if (kernel.code.name == code.name && code.stackAccesses < kernel.code.stackAccesses) {
          better.insert(code.name);
          kernel = {code, variant, true};
        }
    if (!better.empty() && failed(replace(module, std::move(retry), better, location)))
      return failure();
  }
  return result;
}

/// The bytes that each function of `module` takes with the deepest function that it calls by name, return addresses
/// but its own included.
static llvm::StringMap<int64_t> measureDepths(ArrayRef<KernelCode> functions, const llvm::Module &module,
                                              int64_t returnAddress) {
  llvm::StringMap<int64_t> frames;
  for (const KernelCode &function : functions)
    frames[function.code.name] = *function.code.frameBytes;
  std::function<int64_t(StringRef)> depthOf = [&](StringRef name) -> int64_t {
    int64_t below = 0;
    const llvm::Function *function = module.getFunction(name);
    for (const llvm::BasicBlock &block : *function)
      for (const llvm::Instruction &instruction : block)
        if (auto call = dyn_cast<llvm::CallBase>(&instruction); call && call->getCalledFunction())
          if (StringRef callee = call->getCalledFunction()->getName(); frames.count(callee))
            below = std::max(below, depthOf(callee) + returnAddress);
    return frames[name] + below;
  };
  llvm::StringMap<int64_t> depths;
  for (const KernelCode &function : functions)
    depths[function.code.name] = depthOf(function.code.name);
  return depths;
}

FailureOr<int64_t> mncc::measureStack(ArrayRef<KernelCode> functions, const llvm::Module &module, StringRef name,
                                      const llvm::TargetMachine &machine, Location location) {
  for (const KernelCode &function : functions)
    if (!function.code.frameBytes)
      return emitError(location) << "internal error: the frame of '" << function.code.name << "' has no fixed size";
  int64_t returnAddress = getReturnAddressBytes(machine), deepestTask = 0;
  llvm::StringMap<int64_t> depths = measureDepths(functions, module, returnAddress);
  std::string run = (name + "_run").str(), between = (name + "_for_parts").str();
  // Tasks are called by pointers.
  for (const auto &entry : depths)
    if (entry.first().ends_with("_task"))
      deepestTask = std::max(deepestTask, entry.second + returnAddress);
  int64_t parts = depths.count(between) ? depths[between] + returnAddress + deepestTask : 0;
  int64_t outer = 0;
  for (const KernelCode &function : functions)
    if (function.code.name == run)
      outer = *function.code.frameBytes;
  return std::max(depths[run], outer + parts) + returnAddress;
}
