// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Halves.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace mncc;

namespace {

/// A module on its way from one context to another.
using Bitcode = llvm::SmallVector<char, 0>;

using Names = llvm::StringSet<>;

/// Functions that stay together.
struct Group {
  std::vector<llvm::StringRef> names;
  size_t instructions = 0;
};

} // namespace

/// The functions that `module` defines, those that call each other together.
static std::vector<Group> groupFunctions(const llvm::Module &module, StringRef entry) {
  llvm::EquivalenceClasses<const llvm::Function *> together;
  for (const llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    together.insert(&function);
    for (const llvm::Instruction &instruction : llvm::instructions(function))
      if (auto call = dyn_cast<llvm::CallBase>(&instruction); call && function.getName() != entry)
        if (const llvm::Function *callee = call->getCalledFunction(); callee && !callee->isDeclaration())
          together.unionSets(&function, callee);
  }
  llvm::MapVector<const llvm::Function *, Group> groups;
  for (const llvm::Function &function : module)
    if (!function.isDeclaration()) {
      Group &group = groups[together.getLeaderValue(&function)];
      group.names.push_back(function.getName());
      group.instructions += function.getInstructionCount();
    }
  std::vector<Group> result;
  for (auto &group : groups)
    result.push_back(std::move(group.second));
  return result;
}

/// The functions of the second half: large ones are spread first, `entry` never is among them.
static Names chooseSecond(const llvm::Module &module, StringRef entry) {
  std::vector<Group> groups = groupFunctions(module, entry);
  llvm::stable_sort(groups, [](const Group &a, const Group &b) { return a.instructions > b.instructions; });
  size_t instructions[2] = {0, 0};
  Names second;
  for (const Group &group : groups) {
    bool isSecond = instructions[1] < instructions[0] && !llvm::is_contained(group.names, entry);
    instructions[isSecond ? 1 : 0] += group.instructions;
    if (isSecond)
      second.insert_range(group.names);
  }
  return second;
}

static Bitcode write(const llvm::Module &module) {
  Bitcode bytes;
  llvm::raw_svector_ostream stream(bytes);
  // Passes may look at uses in their order.
  llvm::WriteBitcodeToFile(module, stream, /*ShouldPreserveUseListOrder=*/true);
  return bytes;
}

static std::unique_ptr<llvm::Module> read(const Bitcode &bytes, llvm::LLVMContext &context) {
  return llvm::cantFail(
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(StringRef(bytes.data(), bytes.size()), "half"), context));
}

/// Takes the functions named in `names` out of `module`.
static Bitcode cut(llvm::Module &module, const Names &names) {
  llvm::ValueToValueMapTy map;
  Bitcode result = write(*llvm::CloneModule(module, map, [&](const llvm::GlobalValue *value) {
    return isa<llvm::Function>(value) && names.contains(value->getName());
  }));
  for (llvm::Function &function : module)
    if (names.contains(function.getName()))
      function.deleteBody();
  return result;
}

static std::vector<std::string> listDefined(const llvm::Module &module) {
  std::vector<std::string> names;
  for (const llvm::Function &function : module)
    if (!function.isDeclaration())
      names.push_back(function.getName().str());
  return names;
}

/// Puts the functions of `half` back, and all into the order of `names`; what else has come into being is last.
static LogicalResult join(llvm::Module &module, const Bitcode &half, std::vector<std::string> names,
                          Location location) {
  if (llvm::Linker::linkModules(module, read(half, module.getContext())))
    return emitError(location) << "internal error: the halves of the kernels cannot be joined";
  for (std::string &name : listDefined(module))
    if (!llvm::is_contained(names, name))
      names.push_back(std::move(name));
  for (const std::string &name : names) {
    llvm::Function *function = module.getFunction(name);
    assert(function && "what other modules may call is not removed");
    function->removeFromParent();
    module.getFunctionList().push_back(function);
  }
  return success();
}

FailureOr<std::vector<FunctionCode>> mncc::compileInHalves(llvm::Module &module, llvm::TargetMachine &machine,
                                                           llvm::TargetMachine &second, StringRef entry,
                                                           CompileHalf compile, Location location) {
  assert(llvm::none_of(module.globals(), [](const auto &global) { return global.hasInitializer(); }) &&
         llvm::none_of(module, [](const auto &function) { return function.hasLocalLinkage(); }) &&
         "halves see each other's functions, and have no constants");
  std::vector<std::string> names = listDefined(module);
  Bitcode half = cut(module, chooseSecond(module, entry));
  FailureOr<std::vector<FunctionCode>> codes, others;
  auto compileSecond = [&] {
    llvm::LLVMContext context;
    std::unique_ptr<llvm::Module> copy = read(half, context);
    others = compile(*copy, second);
    half = write(*copy);
  };
  // MLIR's context has no threads (createContext()); where LLVM has none either, wait() compiles.
  llvm::DefaultThreadPool thread(llvm::hardware_concurrency(1));
  thread.async(compileSecond);
  codes = compile(module, machine);
  thread.wait();
  if (failed(codes) || failed(others) || failed(join(module, half, names, location)))
    return failure();
  llvm::append_range(*codes, *others);
  return codes;
}
