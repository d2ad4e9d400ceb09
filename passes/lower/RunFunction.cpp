// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/RunFunction.h"

#include "dialects/mn/WeightResource.h"
#include "passes/lower/TaskFunctions.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// What `NAME_run` returns for a null pointer and for a pointer that is not
/// aligned.
static constexpr int64_t kNullArgument = -1, kMisaligned = -2;
static constexpr int64_t kArenaAlign = 64;

std::vector<KernelCall> lower::collectCalls(Operation *network) {
  std::vector<KernelCall> calls;
  network->walk([&](mn::CallOp call) {
    auto buffers = call.getBuffers().getAsRange<mn::BufferAttr>();
    int64_t parts = call.getSchedule() ? call.getSchedule()->getParts() : 1;
    calls.push_back({call.getKernel().str(), {buffers.begin(), buffers.end()}, parts, call.getLoc()});
  });
  return calls;
}

namespace {

/// Builds one `NAME_run`.
class RunBuilder : public ImplicitLocOpBuilder {
public:
  RunBuilder(ModuleOp module, StringRef name)
      : ImplicitLocOpBuilder(module.getLoc(), module.getContext()), module(module), name(name),
        pointer(LLVM::LLVMPointerType::get(module.getContext())), hasThreads(mn::getThreads(module) > 1),
        hasHooks(mn::hasHooks(module)) {}

  SmallVector<LLVM::LLVMFuncOp> build(ArrayRef<KernelCall> calls);

private:
  void declareParameters();
  void declareWeights(ArrayRef<KernelCall> calls);
  void checkArguments();
  void returnIf(Value condition, int64_t status);
  void callKernel(const KernelCall &call, ArrayRef<Value> arguments);
  void callHook(int64_t layer, Value output);
  Value address(mn::BufferAttr buffer);
  Value word(int64_t value) { return LLVM::ConstantOp::create(*this, getI64Type(), getI64IntegerAttr(value)); }
  Value status(int64_t value) { return LLVM::ConstantOp::create(*this, getI32Type(), getI32IntegerAttr(value)); }
  Value parallel() { return run.getArgument(alignments.size()); }
  Value hooks() { return run.getArgument(run.getNumArguments() - 1); }
  Value arena() { return run.getArgument(alignments.size() - 1); }

  ModuleOp module;
  StringRef name;
  Type pointer;
  bool hasThreads, hasHooks;
  /// Of each pointer that must not be null, in bytes: inputs, outputs, arena.
  SmallVector<int64_t> alignments;
  int64_t inputs = 0;
  LLVM::LLVMFuncOp run;
  Value weights;
  /// Absent where no kernel is cut into parts, and the place where the arguments of one that is stand.
  std::optional<TaskFunctions> tasks;
  Value taskArguments;
};

} // namespace

void RunBuilder::declareParameters() {
  auto describe = [&](StringRef attribute) -> int64_t {
    auto tensors = module->getAttrOfType<ArrayAttr>(attribute);
    for (auto tensor : tensors.getAsRange<DictionaryAttr>()) {
      auto type = cast<ShapedType>(tensor.getAs<TypeAttr>("type").getValue());
      alignments.push_back(type.getElementTypeBitWidth() / 8);
    }
    return tensors.size();
  };
  inputs = describe("mn.inputs");
  describe("mn.outputs");
  alignments.push_back(kArenaAlign);
}

void RunBuilder::declareWeights(ArrayRef<KernelCall> calls) {
  bool isRead = llvm::any_of(calls, [](const KernelCall &call) {
    return llvm::any_of(call.buffers, [](mn::BufferAttr buffer) { return buffer.getSpace() == mn::Space::Weights; });
  });
  auto packed = module->getAttrOfType<ElementsAttr>("mn.weights");
  if (!isRead || !packed)
    return;
  auto type = LLVM::LLVMArrayType::get(getI8Type(), mn::countBytes(packed.getShapedType()));
  std::string symbol = (name + "_weights").str();
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(module.getBody());
  auto global = LLVM::GlobalOp::create(*this, type, /*isConstant=*/true, LLVM::Linkage::External, symbol, Attribute(),
                                       kArenaAlign, /*addrSpace=*/0, /*dsoLocal=*/true);
  global.setSection(".rodata." + symbol);
  global.setVisibility_(LLVM::Visibility::Hidden);
}

void RunBuilder::returnIf(Value condition, int64_t code) {
  Block *leave = createBlock(&run.getBody()), *go = createBlock(&run.getBody());
  setInsertionPointToEnd(leave->getPrevNode());
  LLVM::CondBrOp::create(*this, condition, leave, ValueRange(), go, ValueRange());
  setInsertionPointToEnd(leave);
  LLVM::ReturnOp::create(*this, status(code));
  setInsertionPointToEnd(go);
}

void RunBuilder::checkArguments() {
  Value null = LLVM::ZeroOp::create(*this, pointer), isNull, misplaced;
  auto either = [&](Value a, Value b) -> Value { return a ? LLVM::OrOp::create(*this, a, b).getResult() : b; };
  for (auto [index, alignment] : llvm::enumerate(alignments)) {
    Value argument = run.getArgument(index);
    isNull = either(isNull, LLVM::ICmpOp::create(*this, LLVM::ICmpPredicate::eq, argument, null));
    if (alignment == 1)
      continue;
    Value bits = LLVM::PtrToIntOp::create(*this, getI64Type(), argument);
    misplaced = either(misplaced, LLVM::AndOp::create(*this, bits, word(alignment - 1)));
  }
  returnIf(isNull, kNullArgument);
  returnIf(LLVM::ICmpOp::create(*this, LLVM::ICmpPredicate::ne, misplaced, word(0)), kMisaligned);
}

Value RunBuilder::address(mn::BufferAttr buffer) {
  Value base = weights;
  if (buffer.getSpace() == mn::Space::Arena)
    base = arena();
  else if (buffer.getSpace() == mn::Space::Input)
    base = run.getArgument(buffer.getIndex());
  else if (buffer.getSpace() == mn::Space::Output)
    base = run.getArgument(inputs + buffer.getIndex());
  if (buffer.getOffset() == 0)
    return base;
  return LLVM::GEPOp::create(*this, pointer, getI8Type(), base, LLVM::GEPArg(static_cast<int32_t>(buffer.getOffset())),
                             LLVM::GEPNoWrapFlags::inbounds);
}

/// `if (hooks) hooks->after_layer(hooks->context, layer, output);`
void RunBuilder::callHook(int64_t layer, Value output) {
  Value null = LLVM::ZeroOp::create(*this, pointer);
  Value isThere = LLVM::ICmpOp::create(*this, LLVM::ICmpPredicate::ne, hooks(), null);
  Block *before = getInsertionBlock();
  Block *report = createBlock(&run.getBody()), *next = createBlock(&run.getBody());
  setInsertionPointToEnd(before);
  LLVM::CondBrOp::create(*this, isThere, report, ValueRange(), next, ValueRange());
  setInsertionPointToEnd(report);
  Value context = LLVM::LoadOp::create(*this, pointer, hooks());
  Value place = LLVM::GEPOp::create(*this, pointer, pointer, hooks(), LLVM::GEPArg(1), LLVM::GEPNoWrapFlags::inbounds);
  Value function = LLVM::LoadOp::create(*this, pointer, place);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(getContext()), {pointer, getI32Type(), pointer});
  LLVM::CallOp::create(*this, type, ValueRange{function, context, status(layer), output});
  LLVM::BrOp::create(*this, ValueRange(), next);
  setInsertionPointToEnd(next);
}

void RunBuilder::callKernel(const KernelCall &call, ArrayRef<Value> arguments) {
  if (call.parts == 1) {
    LLVM::CallOp::create(*this, TypeRange(), call.kernel, arguments);
    return;
  }
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    Value place = LLVM::GEPOp::create(*this, pointer, pointer, taskArguments, LLVM::GEPArg(index));
    LLVM::StoreOp::create(*this, argument, place);
  }
  tasks->call(*this, call, parallel(), taskArguments);
}

SmallVector<LLVM::LLVMFuncOp> RunBuilder::build(ArrayRef<KernelCall> calls) {
  declareParameters();
  declareWeights(calls);
  setInsertionPointToEnd(module.getBody());
  size_t mostArguments = 0;
  for (const KernelCall &call : calls)
    mostArguments = std::max(mostArguments, call.parts > 1 ? call.buffers.size() : 0);
  if (mostArguments > 0)
    tasks.emplace(module, name, calls);
  SmallVector<Type> parameters(alignments.size() + (hasThreads ? 1 : 0) + (hasHooks ? 1 : 0), pointer);
  std::string symbol = (name + "_run").str();
  run = LLVM::LLVMFuncOp::create(*this, symbol, LLVM::LLVMFunctionType::get(getI32Type(), parameters));
  setInsertionPointToStart(run.addEntryBlock(*this));
  if (tasks)
    taskArguments = LLVM::AllocaOp::create(*this, pointer, pointer, word(static_cast<int64_t>(mostArguments)));
  checkArguments();
  if (module.lookupSymbol((name + "_weights").str()))
    weights = LLVM::AddressOfOp::create(*this, pointer, (name + "_weights").str());
  for (auto [layer, call] : llvm::enumerate(calls)) {
    setLoc(call.location);
    SmallVector<Value> arguments;
    for (mn::BufferAttr buffer : call.buffers)
      arguments.push_back(address(buffer));
    callKernel(call, arguments);
    if (hasHooks)
      callHook(layer, arguments.back());
  }
  setLoc(module.getLoc());
  LLVM::ReturnOp::create(*this, status(0));
  SmallVector<LLVM::LLVMFuncOp> functions{run};
  if (tasks)
    llvm::append_range(functions, tasks->getFunctions());
  return functions;
}

SmallVector<LLVM::LLVMFuncOp> lower::buildRunFunctions(ModuleOp module, StringRef name, ArrayRef<KernelCall> calls) {
  return RunBuilder(module, name).build(calls);
}
