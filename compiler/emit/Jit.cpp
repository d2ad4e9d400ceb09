// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Jit.h"

#include "compiler/emit/Machine.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Support/Alignment.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mncc;

/// A page: arenas of two models then differ in nothing that the caches see, and can be compared.
static constexpr size_t kArenaAlign = 4096;

/// As the header of the emitted code declares it.
namespace {
struct Hooks {
  void *context;
  void (*afterLayer)(void *context, uint32_t layer, const void *output);
};
} // namespace

Jit::Jit() = default;
Jit::~Jit() = default;

/// `int32_t apply(const void *const *arguments)`, which calls `NAME_run` with
/// the first `count` of `arguments`: a C++ call has its number of arguments
/// fixed, a model has not.
static llvm::orc::ThreadSafeModule buildApply(StringRef name, size_t count, const llvm::DataLayout &layout) {
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = std::make_unique<llvm::Module>("apply", *context);
  module->setDataLayout(layout);
  llvm::IRBuilder<> b(*context);
  llvm::Type *pointer = b.getPtrTy();
  auto *runType = llvm::FunctionType::get(b.getInt32Ty(), std::vector<llvm::Type *>(count, pointer), false);
  llvm::FunctionCallee run = module->getOrInsertFunction((name + "_run").str(), runType);
  auto *apply = llvm::Function::Create(llvm::FunctionType::get(b.getInt32Ty(), {pointer}, false),
                                       llvm::GlobalValue::ExternalLinkage, "apply", *module);
  b.SetInsertPoint(llvm::BasicBlock::Create(*context, "", apply));
  std::vector<llvm::Value *> arguments;
  for (size_t i = 0; i < count; ++i)
    arguments.push_back(b.CreateLoad(pointer, b.CreateConstGEP1_64(pointer, apply->getArg(0), i)));
  b.CreateRet(b.CreateCall(run, arguments));
  return {std::move(module), std::move(context)};
}

static llvm::Expected<llvm::orc::ExecutorAddr> link(llvm::orc::LLJIT &linker, StringRef object,
                                                    const ModelInterface &model) {
  if (llvm::Error error = linker.addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, model.name)))
    return error;
  if (llvm::Error error =
          linker.addIRModule(buildApply(model.name, model.countRunParameters(), linker.getDataLayout())))
    return error;
  return linker.lookup("apply");
}

/// Asks the object itself.
static LogicalResult checkProcessor(llvm::orc::LLJIT &linker, const ModelInterface &model, Location location) {
  auto supported = linker.lookup(model.name + "_cpu_supported");
  if (!supported)
    return emitError(location) << "the object cannot be loaded: " << llvm::toString(supported.takeError());
  if (supported->toPtr<int32_t()>()() != 0)
    return success();
  InFlightDiagnostic error = emitError(location)
                             << "this machine's processor lacks instructions of '" << model.target.getCpu() << "'";
  error.attachNote() << "'--mcpu=native' compiles for this machine, which is a '" << llvm::sys::getHostCPUName() << "'";
  return error;
}

FailureOr<std::unique_ptr<Jit>> Jit::load(StringRef object, const ModelInterface &model, Location location) {
  llvm::Triple host(llvm::sys::getProcessTriple()), triple(model.target.getString("triple"));
  if (!isHosted(model.target) || triple.getArch() != host.getArch()) {
    InFlightDiagnostic error = emitError(location) << "this machine runs code for '" << host.getArchName()
                                                   << "-linux-gnu', found code for '" << triple.str() << "'";
    error.attachNote() << "leave '--target' out to compile for this machine";
    return error;
  }
  initializeBackends();
  auto linker = llvm::orc::LLJITBuilder().create();
  if (!linker)
    return emitError(location) << "internal error: no linker in memory: " << llvm::toString(linker.takeError());
  auto apply = link(**linker, object, model);
  if (!apply)
    return emitError(location) << "the object cannot be loaded: " << llvm::toString(apply.takeError());
  if (failed(checkProcessor(**linker, model, location)))
    return failure();
  std::unique_ptr<Jit> jit(new Jit);
  jit->linker = std::move(*linker);
  jit->apply = apply->toPtr<Apply>();
  jit->hasHooks = model.hooks;
  if (model.threads > 1) {
    jit->pool.reset(mncc_pool_start(static_cast<uint32_t>(model.threads)));
    if (!jit->pool)
      return emitError(location) << "this machine cannot start " << model.threads << " threads";
  }
  jit->memory.resize(std::max<int64_t>(model.arenaBytes, 1) + kArenaAlign);
  jit->arena = reinterpret_cast<void *>(llvm::alignAddr(jit->memory.data(), llvm::Align(kArenaAlign)));
  return jit;
}

int32_t Jit::run(ArrayRef<const void *> inputs, ArrayRef<void *> outputs, const AfterLayer &afterLayer) {
  SmallVector<const void *> arguments(inputs.begin(), inputs.end());
  llvm::append_range(arguments, outputs);
  arguments.push_back(arena);
  if (pool)
    arguments.push_back(mncc_pool_parallel(pool.get()));
  auto report = [](void *context, uint32_t layer, const void *output) {
    (*static_cast<const AfterLayer *>(context))(layer, output);
  };
  Hooks hooks{const_cast<AfterLayer *>(&afterLayer), report};
  if (hasHooks)
    arguments.push_back(afterLayer ? &hooks : nullptr);
  return apply(arguments.data());
}
