// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/RunFunction.h"

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
    calls.push_back({call.getKernel().str(), {buffers.begin(), buffers.end()}, call.getLoc()});
  });
  return calls;
}

namespace {

/// Builds one `NAME_run`.
class RunBuilder : public ImplicitLocOpBuilder {
public:
  RunBuilder(ModuleOp module, StringRef name)
      : ImplicitLocOpBuilder(module.getLoc(), module.getContext()), module(module), name(name),
        pointer(LLVM::LLVMPointerType::get(module.getContext())) {
    auto options = module->getAttrOfType<DictionaryAttr>(mn::kOptionsAttr);
    hasHooks = options && options.get("hooks") && options.get("hooks") != getBoolAttr(false);
  }

  LLVM::LLVMFuncOp build(ArrayRef<KernelCall> calls);

private:
  void declareParameters();
  void declareWeights(ArrayRef<KernelCall> calls);
  void checkArguments();
  void returnIf(Value condition, int64_t status);
  void callHook(int64_t layer, Value output);
  Value address(mn::BufferAttr buffer);
  Value word(int64_t value) { return LLVM::ConstantOp::create(*this, getI64Type(), getI64IntegerAttr(value)); }
  Value status(int64_t value) { return LLVM::ConstantOp::create(*this, getI32Type(), getI32IntegerAttr(value)); }
  Value hooks() { return run.getArgument(run.getNumArguments() - 1); }
  Value arena() { return run.getArgument(alignments.size() - 1); }

  ModuleOp module;
  StringRef name;
  Type pointer;
  bool hasHooks;
  /// Of each pointer that must not be null, in bytes: inputs, outputs, arena.
  SmallVector<int64_t> alignments;
  int64_t inputs = 0;
  LLVM::LLVMFuncOp run;
  Value weights;
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
  auto type = LLVM::LLVMArrayType::get(getI8Type(), packed.getNumElements() * sizeof(float));
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

LLVM::LLVMFuncOp RunBuilder::build(ArrayRef<KernelCall> calls) {
  declareParameters();
  declareWeights(calls);
  setInsertionPointToEnd(module.getBody());
  SmallVector<Type> parameters(alignments.size() + (hasHooks ? 1 : 0), pointer);
  std::string symbol = (name + "_run").str();
  run = LLVM::LLVMFuncOp::create(*this, symbol, LLVM::LLVMFunctionType::get(getI32Type(), parameters));
  setInsertionPointToStart(run.addEntryBlock(*this));
  checkArguments();
  if (module.lookupSymbol((name + "_weights").str()))
    weights = LLVM::AddressOfOp::create(*this, pointer, (name + "_weights").str());
  for (auto [layer, call] : llvm::enumerate(calls)) {
    setLoc(call.location);
    SmallVector<Value> arguments;
    for (mn::BufferAttr buffer : call.buffers)
      arguments.push_back(address(buffer));
    LLVM::CallOp::create(*this, TypeRange(), call.kernel, arguments);
    if (hasHooks)
      callHook(layer, arguments.back());
  }
  setLoc(module.getLoc());
  LLVM::ReturnOp::create(*this, status(0));
  return run;
}

LLVM::LLVMFuncOp lower::buildRunFunction(ModuleOp module, StringRef name, ArrayRef<KernelCall> calls) {
  return RunBuilder(module, name).build(calls);
}
